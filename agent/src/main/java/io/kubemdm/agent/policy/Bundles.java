package io.kubemdm.agent.policy;

import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.order.DesiredOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bundles of this device's lines: what each wants of the device once it is here and approved, or why it is refused. */
final class Bundles {

    private final Policies.Ground ground;
    private final BundleCache cache;
    private final Map<String, SettingRefused> refused = new HashMap<>(2);
    private final Map<String, BundleProof> proofs = new HashMap<>(2);

    Bundles(Policies.Ground ground) {
        this.ground = ground;
        this.cache = new BundleCache(ground.store(), ground.verifier());
    }

    /** An order is in force, with what approvers have signed. */
    void take(DesiredOrder order) {
        proofs.clear();
        if (order.proofs() != null) {
            order.proofs().forEach(proof -> proofs.put(proof.digest(), proof));
        }
    }

    /** Forgets refusals of all but these, and those that further signatures lift: a newer order may bring them. */
    void forgive(Set<String> digests) {
        refused.keySet().retainAll(digests);
        refused.values().removeIf(BundleQuorum::refused);
    }

    /** Whether it is neither here nor refused. */
    boolean isMissing(String digest) {
        return !refused.containsKey(digest) && !has(digest);
    }

    boolean has(String digest) {
        return cache.find(digest) != null;
    }

    /** Takes a delivered bundle in, or refuses it. */
    void accept(PolicyRef wanted, String jws) {
        try {
            cache.accept(wanted, jws);
        } catch (SettingRefused e) {
            refused.put(wanted.digest(), e);
        }
    }

    /** Why a bundle is refused, null when it is not. */
    @Nullable SettingRefused refusal(String digest) {
        return refused.get(digest);
    }

    /**
     * What a version wants of this device; null when it is not here, or refused.
     *
     * @param approved what is in force was approved when it came
     */
    @Nullable Contribution read(PolicyRef ref, boolean approved) {
        try {
            BundleContent content = cache.find(ref.digest());
            if (content == null) {
                return null;
            }
            if (!approved) {
                ground.quorum().check(ref, content, proofs.get(ref.digest()));
            }
            return Contribution.of(ref, content, ground.platform(), ground.drivers());
        } catch (SettingRefused e) {
            refused.put(ref.digest(), e);
            return null;
        }
    }

    /** Forgets the content of all but these. */
    void keepOnly(Set<String> digests) {
        cache.keepOnly(digests);
    }
}
