package io.kubemdm.testbed.pod;

/** A rendered Deployment that a kubelet could not start either, or that asks for what the testbed does not have. */
public final class PodRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PodRefusal(String pod, String field, String why) {
        super(pod + ": " + field + ": " + why);
    }
}
