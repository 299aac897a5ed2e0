package io.kubemdm.protocol.message;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message with its CloudEvents attributes.
 *
 * @param id unique within {@code source}
 * @param source who says it: {@code /agent}, {@code /gateway/<replica>}, {@code /enroll/<replica>}, {@code /operator}
 * @param subject the device; never taken from an agent, the gateway sets it from the certificate
 * @param time when it was said; on {@code mdm.reports} when our service took it in, never a device's own clock
 * @param epoch the enrolment the sender speaks of, 0 when the agent says nothing of it (the gateway sets it)
 * @param messageId the agent's counter; {@link MessageId#NONE} for messages that are not an agent's
 * @param traceparent W3C trace context, carried through
 */
public record Envelope<M extends Message>(
        String id,
        String source,
        @Nullable DeviceId subject,
        Instant time,
        long epoch,
        MessageId messageId,
        @Nullable String traceparent,
        M body) {}
