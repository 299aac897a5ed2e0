package io.kubemdm.operator.approval;

/**
 * Which changes need other people, and how many.
 *
 * @param bundles people other than the author who must agree to files or scripts; 0 to 10, 0 for none
 * @param rollouts people other than the author who must agree to a wide first step; 0 to 10, 0 for none
 * @param firstStepPercent a first step is wide above this share of the devices that the rollout selects, 0 to 100 …
 * @param firstStepDevices … and above this many, 0 or more
 */
public record ApprovalSettings(int bundles, int rollouts, int firstStepPercent, int firstStepDevices) {

    /** One other person; a first step is wide above 5 % and above 10 devices. */
    public static final ApprovalSettings DEFAULT = new ApprovalSettings(1, 1, 5, 10);

    /** Nobody is asked. */
    public static final ApprovalSettings NONE = new ApprovalSettings(0, 0, 100, 0);

    public ApprovalSettings {
        require("bundles", bundles, 10);
        require("rollouts", rollouts, 10);
        require("rollout-first-step.percent", firstStepPercent, 100);
        require("rollout-first-step.devices", firstStepDevices, Integer.MAX_VALUE);
    }

    private static void require(String key, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(key + ": 0 to " + most + "; was " + value);
        }
    }
}
