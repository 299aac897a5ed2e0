package io.kubemdm.rules;

/** What became of one rule on one device. */
public enum Verdict {
    Kept,
    Broken,
    /** Facts are missing on which it depends. */
    Unknown,
    /** The platform, or this device, cannot do what it asks for; neither kept nor broken. */
    NotApplicable,
    /** It cannot be evaluated on these facts: its author's mistake. */
    Error
}
