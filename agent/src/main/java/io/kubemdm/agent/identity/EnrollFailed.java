package io.kubemdm.agent.identity;

/** Enrolment or renewal did not succeed; the message says what to do about it. */
public final class EnrollFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Which kind of trouble; decides the exit code and whether trying again helps. */
    public enum Kind {
        /** The server did not answer. */
        Unreachable,
        /** The server is not the one the device was told to trust. */
        Untrusted,
        /** The server said no. */
        Refused,
        /** The server cannot at the moment. */
        Unavailable,
        /** Somebody has to approve, and did not in time. */
        Pending,
        /** The server answered what makes no sense. */
        Broken
    }

    private final Kind kind;

    public EnrollFailed(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public EnrollFailed(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Which kind of trouble. */
    public Kind kind() {
        return kind;
    }
}
