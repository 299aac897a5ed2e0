package io.kubemdm.gateway.channel;

/**
 * Why a session ended. The name is the metric's label and the {@code cause} the engine is told; the code is the
 * WebSocket's (RFC 6455 §7.4, private ones from 4000).
 */
public enum CloseCause {
    /** The agent said goodbye. */
    ClosedByAgent(1000, Next.RECONNECT),
    /** The connection broke without a goodbye. */
    ConnectionLost(1006, Next.RECONNECT),
    /** The gateway is stopping. */
    Drained(1001, Next.RECONNECT),
    /** Nothing came for too long, not even a pong. */
    Silent(1001, Next.RECONNECT),
    /** As many sessions as this gateway may hold. */
    Full(1013, Next.RECONNECT),
    /** The certificate is not in the ledger (yet). */
    Unlisted(1013, Next.RECONNECT),
    /** Kafka refused a report; what was not acknowledged is to be sent again. */
    KafkaRefused(1013, Next.RECONNECT),
    /** The agent does not read what it is sent. */
    SlowReader(1013, Next.RECONNECT),
    /** Something went wrong in the gateway. */
    InternalError(1011, Next.RECONNECT),
    /** No hello in time. */
    HelloTimeout(4408, Next.RECONNECT),
    /** A newer session of the same device took over. */
    Displaced(4409, Next.STOP),
    /** Not a CloudEvent in JSON, or deeper or longer than allowed. */
    Malformed(1007, Next.RECONNECT),
    /** A frame or message over 1 MiB. */
    TooLarge(1009, Next.RECONNECT),
    /** Understood, but not allowed at this point. */
    OutOfTurn(1008, Next.RECONNECT),
    /** Too many messages were refused. */
    TooManyRefusals(1008, Next.RECONNECT),
    /** The certificate was revoked; it may still fetch a wipe. */
    Revoked(4403, Next.RENEW),
    /** The certificate belongs to an earlier enrolment. */
    EpochEnded(4410, Next.RENEW),
    /** The certificate names another device than the ledger, or none. */
    Foreign(4402, Next.RENEW),
    /** The certificate has ended; it may still fetch a wipe. */
    CertificateExpired(4401, Next.RENEW);

    /** What the agent should do. */
    public enum Next {
        /** Come back with back-off. */
        RECONNECT,
        /** Come back only if it is not running twice; back-off at its ceiling. */
        STOP,
        /** Get another certificate: renew it if it is merely old, enrol again otherwise. */
        RENEW
    }

    private final int code;
    private final Next next;

    CloseCause(int code, Next next) {
        this.code = code;
        this.next = next;
    }

    /** The WebSocket close code. */
    public short code() {
        return (short) code;
    }

    /** What the agent should do. */
    public Next next() {
        return next;
    }

    /** Whether a close frame can and should still be written. */
    boolean isOurs() {
        return this != ClosedByAgent && this != ConnectionLost;
    }
}
