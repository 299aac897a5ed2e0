package io.kubemdm.protocol.message;

import java.time.Instant;
import java.util.Objects;

/**
 * Answers {@link Hello}.
 *
 * @param serverTime by which orders expire on this connection
 * @param epoch the enrolment the ledger says the certificate belongs to
 * @param desiredSeq highest counter issued in the desired lane as far as this gateway knows, 0 for none
 * @param commandSeq highest counter issued in the command lane, 0 for none
 * @param gateway the replica, for logs
 */
public record SessionAccepted(Instant serverTime, long epoch, long desiredSeq, long commandSeq, String gateway)
        implements GatewayMessage {
    public SessionAccepted {
        Objects.requireNonNull(serverTime, "serverTime");
        Objects.requireNonNull(gateway, "gateway");
    }
}
