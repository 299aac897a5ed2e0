package io.kubemdm.gateway.channel;

import java.time.Duration;

/**
 * How much one gateway takes on.
 *
 * @param maxSessions most sessions at a time
 * @param maxUnacknowledged most reports of one session that are not yet in Kafka; then it is not read
 * @param maxUnwrittenBytes most bytes waiting for one agent to read them; then its session ends
 * @param helloTimeout from the upgrade to the hello
 * @param ledgerWait how long a certificate that chains may be missing in the ledger
 * @param pingInterval how often a quiet agent is asked whether it is there
 * @param silence how long nothing may come, not even a pong
 */
public record ChannelLimits(
        int maxSessions,
        int maxUnacknowledged,
        long maxUnwrittenBytes,
        Duration helloTimeout,
        Duration ledgerWait,
        Duration pingInterval,
        Duration silence) {

    /** What a production gateway starts with. */
    public static final ChannelLimits DEFAULT = new ChannelLimits(
            20_000,
            64,
            8 << 20,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(75));
}
