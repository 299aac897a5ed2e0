package io.kubemdm.gateway.channel;

/**
 * Why a session ended. The name is the metric's label and the {@code cause} the engine is told; the code is the
 * WebSocket's (RFC 6455 §7.4, private ones from 4000).
 */
public enum CloseCause {
    /** The agent said goodbye. */
    ClosedByAgent(1000),
    /** The connection broke without a goodbye. */
    ConnectionLost(1006),
    /** The gateway is stopping. */
    Drained(1001),
    /** Nothing came for too long, not even a pong. */
    Silent(1001),
    /** As many sessions as this gateway may hold. */
    Full(1013),
    /** The certificate is not in the ledger (yet). */
    Unlisted(1013),
    /** Kafka refused a report; what was not acknowledged is to be sent again. */
    KafkaRefused(1013),
    /** The agent does not read what it is sent. */
    SlowReader(1013),
    /** Something went wrong in the gateway. */
    InternalError(1011),
    /** No hello in time. */
    HelloTimeout(4408),
    /** A newer session of the same device took over. */
    Displaced(4409),
    /** Not a CloudEvent in JSON, or deeper or longer than allowed. */
    Malformed(1007),
    /** A frame or message over 1 MiB. */
    TooLarge(1009),
    /** Understood, but not allowed at this point. */
    OutOfTurn(1008),
    /** Too many messages were refused. */
    TooManyRefusals(1008),
    /** The certificate was revoked; it may still fetch a wipe. */
    Revoked(4403),
    /** The certificate belongs to an earlier enrolment. */
    EpochEnded(4410),
    /** The certificate names another device than the ledger, or none. */
    Foreign(4402),
    /** The certificate has ended; it may still fetch a wipe. */
    CertificateExpired(4401);

    private final int code;

    CloseCause(int code) {
        this.code = code;
    }

    /** The WebSocket close code. */
    public short code() {
        return (short) code;
    }

    /** Whether a close frame can and should still be written. */
    boolean isOurs() {
        return this != ClosedByAgent && this != ConnectionLost;
    }
}
