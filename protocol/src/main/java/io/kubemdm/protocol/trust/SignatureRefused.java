package io.kubemdm.protocol.trust;

/** A signed text that is not to be believed. */
public final class SignatureRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why; stable, reported by devices and shown in conditions. */
    public enum Reason {
        /** Not a compact JWS with ES256, or its payload is not what it should be. */
        Malformed,
        /** Signed as something else. */
        WrongType,
        /** By a key nobody told us to trust for this. */
        UnknownKey,
        /** The signature does not match. */
        BadSignature
    }

    private final Reason reason;

    public SignatureRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public SignatureRefused(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
