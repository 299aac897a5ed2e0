package io.kubemdm.crds;

/** Names that every kind repeats. */
public final class Api {
    public static final String GROUP = "kubemdm.io";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = GROUP + "/" + VERSION;

    /** {@code kubectl get mdm} lists every kind. */
    public static final String CATEGORY = "mdm";

    /** Counters and sequences stay below 2^53, or they do not survive JSON canonicalisation. */
    public static final long MAX_COUNTER = 9_007_199_254_740_991L;

    /** Annotation of PolicyBundle and Rollout: who made it as it is; filled and checked by admission. */
    public static final String REQUESTED_BY = GROUP + "/requested-by";

    private Api() {}
}
