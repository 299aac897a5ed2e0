package io.kubemdm.protocol.state;

/** In ascending order: of several states, the highest wins. */
public enum ComplianceState {
    /** Not judged: facts are missing, or the rules in force are not loaded yet. */
    Unknown,
    /** No rule applies to the device, as when no policy is assigned. */
    NotApplicable,
    Compliant,
    /** A rule is broken, and its grace period is running. */
    InGracePeriod,
    NonCompliant,
    /** A rule could not be evaluated. */
    Error
}
