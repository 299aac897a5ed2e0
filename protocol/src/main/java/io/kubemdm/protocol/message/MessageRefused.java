package io.kubemdm.protocol.message;

import java.util.Objects;

/**
 * A message that will never be accepted; the agent drops it and says so in its log.
 *
 * @param reason CamelCase constant: {@code Malformed}, {@code TooLarge}, {@code UnknownType}, {@code UnknownDigest}
 */
public record MessageRefused(long boot, long n, String reason, String message) implements GatewayMessage {
    public MessageRefused {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
    }
}
