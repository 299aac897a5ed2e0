package io.kubemdm.agent;

import io.kubemdm.agent.identity.EnrollFailed;

/** What the process returns; scripts may rely on these. */
public enum ExitCode {
    OK(0),
    /** Something nobody foresaw; the log has the stack. */
    FAILED(1),
    /** Wrong options, arguments or configuration. */
    USAGE(2),
    NOT_ENROLLED(3),
    /** There is an identity already, or an agent runs on this root. */
    CONFLICT(4),
    /** The server said no. */
    REFUSED(5),
    /** The server did not answer, or cannot now. */
    UNREACHABLE(6),
    /** The server is not the one to trust. */
    UNTRUSTED(7),
    /** The disk did not do what it should. */
    STORAGE(8),
    /** The device has left management. */
    RETIRED(9),
    /** Nobody has approved the device yet. */
    PENDING(10);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The process's exit status. */
    public int number() {
        return number;
    }

    static ExitCode of(EnrollFailed.Kind kind) {
        return switch (kind) {
            case Unreachable, Unavailable -> UNREACHABLE;
            case Untrusted -> UNTRUSTED;
            case Refused -> REFUSED;
            case Pending -> PENDING;
            case Broken -> FAILED;
        };
    }
}
