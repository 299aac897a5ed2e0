package io.kubemdm.agent.policy;

import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this device's approvers agree to a bundle with files or scripts, and to its being here already: whoever has
 * the operator's key chooses neither the content nor how far it goes.
 */
public final class BundleQuorum {

    private final DeviceId device;
    private final Supplier<@Nullable ApproverKeys> keys;

    /** @param keys of the approvers, null for none; {@link StoreFailed} is a quorum that cannot be reached */
    public BundleQuorum(DeviceId device, Supplier<@Nullable ApproverKeys> keys) {
        this.device = device;
        this.keys = keys;
    }

    /**
     * Lets pass what needs no approval, what is approved for this device's place, and everything where nobody is to
     * approve.
     *
     * @throws SettingRefused with {@code QuorumMissing} or {@code BeyondApprovedShare}
     */
    void check(PolicyRef ref, BundleContent content, @Nullable BundleProof proof) {
        if (!content.carriesFilesOrScripts()) {
            return;
        }
        ApproverKeys approvers;
        try {
            approvers = keys.get();
        } catch (StoreFailed e) {
            throw new SettingRefused(PolicyReported.QUORUM_MISSING, "approvers cannot be read: " + e.getMessage());
        }
        if (approvers == null) {
            return;
        }
        boolean about = proof != null && proof.digest().equals(ref.digest());
        int percent = about ? approvers.agreedPercent(device.namespace(), proof) : -1;
        if (percent < 0) {
            throw new SettingRefused(
                    PolicyReported.QUORUM_MISSING,
                    "the bundle has files or scripts and needs the signatures of " + approvers.quorum()
                            + " of this device's approvers: kubemdm approve bundle --sign");
        }
        if (!AdmissionOrder.isWithin(device.name(), ref.digest(), percent)) {
            throw new SettingRefused(
                    PolicyReported.BEYOND_APPROVED_SHARE,
                    "the approvers agree to " + percent + " % of the devices, and this one's place is beyond: sign a"
                            + " larger --percent");
        }
    }

    /** Whether a refusal is one that further signatures lift. */
    static boolean refused(SettingRefused refusal) {
        return PolicyReported.WANTS_SIGNATURES.contains(refusal.reason());
    }
}
