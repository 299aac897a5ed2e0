package io.kubemdm.protocol.state;

/** In ascending order: of several states, the highest wins (decision 0050). */
public enum ComplianceState {
    /** No rule applies to the device, as when no policy is assigned. */
    NotApplicable,
    /** Every rule is kept, and all facts are known. */
    Compliant,
    /** Not judged: facts are missing, or the rules in force are not loaded yet. */
    Unknown,
    /** A rule is broken, and its grace period is running. */
    InGracePeriod,
    NonCompliant,
    /** A rule could not be evaluated. */
    Error
}
