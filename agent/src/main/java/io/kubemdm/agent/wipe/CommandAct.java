package io.kubemdm.agent.wipe;

import io.kubemdm.agent.order.Erasure;
import io.kubemdm.agent.order.Guard;
import io.kubemdm.agent.policy.Policies;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.order.Remediation;
import io.kubemdm.protocol.order.StorageEvidence;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The acts of one command, in order; knows how far it came. */
final class CommandAct {

    /** Before a path, in a plan: company data in a file. */
    static final String DATA = "data:";

    /** Before an encrypted device, in a plan. */
    static final String STORAGE = "storage:";

    /** What a selective wipe takes away of what policies set; the other drivers' settings are management, not data. */
    static final Set<String> COMPANY_SETTINGS = Set.of("files", "trustedCertificates");

    private final Policies policies;
    private final DeviceActs acts;
    private final Consumer<Erasure> progress;
    private @Nullable StorageErase storage;
    private String step = "";

    CommandAct(Policies policies, DeviceActs acts, Consumer<Erasure> progress) {
        this.policies = policies;
        this.acts = acts;
        this.progress = progress;
    }

    /** The present step. */
    String step() {
        return step;
    }

    /** What became of encrypted devices. */
    List<StorageEvidence> evidence() {
        return storage == null ? List.of() : storage.now().evidence();
    }

    void carryOut(Guard.Open open, List<String> plan) {
        step = open.order().type().name();
        switch (open.order().type()) {
            case Lock -> acts.lock();
            case Unlock -> acts.unlock();
            case Remediate -> {
                // Its scripts follow beside the agent's thread.
                if (Remediation.of(open.order().params()).reapply()) {
                    step = "Reapply";
                    policies.reapply();
                }
            }
            case SelectiveWipe -> {
                step = "UndoSettings";
                policies.suspend(COMPANY_SETTINGS);
                eraseData(plan);
            }
            case Retire -> {
                undoSettings();
                eraseData(plan);
                step = "Unlock";
                acts.unlock();
                step = "Release";
                acts.quarantine().release();
            }
            case CryptoErase -> eraseStorage(open.erasure());
            case FullWipe -> {
                // The keys first: nothing else is as quick or takes as much. What lies on other storage follows.
                eraseStorage(open.erasure());
                undoSettings();
                eraseData(plan);
            }
        }
    }

    private void eraseStorage(@Nullable Erasure erasure) {
        if (erasure == null) {
            throw new StepFailed(StorageErase.Step.ReadSlots.name(), "the plan names no encrypted device");
        }
        storage = new StorageErase(acts.storage(), erasure, progress);
        storage.carryOut();
    }

    private void undoSettings() {
        step = "UndoSettings";
        if (!policies.undoAll()) {
            throw new UnsafePath("not everything could be put back: " + policies.touched());
        }
    }

    private void eraseData(List<String> plan) {
        step = "EraseData";
        plan.stream()
                .filter(item -> item.startsWith(DATA))
                .map(item -> item.substring(DATA.length()))
                .forEach(acts::erase);
    }
}
