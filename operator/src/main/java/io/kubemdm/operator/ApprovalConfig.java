package io.kubemdm.operator;

import io.kubemdm.operator.approval.ApprovalSettings;
import io.smallrye.config.WithDefault;

/** Which changes need people other than their author. */
public interface ApprovalConfig {

    /** People who have to agree to a PolicyBundle with files or scripts, 0 to 10; 0 asks nobody. */
    @WithDefault("1")
    int bundles();

    /** People who have to agree to a Rollout with a wide first step, 0 to 10; 0 asks nobody. */
    @WithDefault("1")
    int rollouts();

    /** From where on a first step is wide: above both. */
    FirstStep rolloutFirstStep();

    /** From where on a first step is wide. */
    interface FirstStep {

        /** Share of the devices that the rollout selects, 0 to 100. */
        @WithDefault("5")
        int percent();

        /** Devices, 0 or more. */
        @WithDefault("10")
        int devices();
    }

    /**
     * The same as the reconcilers take it.
     *
     * @throws IllegalArgumentException when a value is out of range; it names the key
     */
    default ApprovalSettings settings() {
        try {
            return new ApprovalSettings(
                    bundles(),
                    rollouts(),
                    rolloutFirstStep().percent(),
                    rolloutFirstStep().devices());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("kubemdm.approvals." + e.getMessage(), e);
        }
    }
}
