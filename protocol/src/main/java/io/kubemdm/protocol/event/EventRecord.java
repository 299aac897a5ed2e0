package io.kubemdm.protocol.event;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.MessageId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code mdm.events}.
 *
 * @param sequence per device, from 1, without gap or repeat
 * @param epoch the enrolment it belongs to
 * @param cause the agent message that led to it, {@link MessageId#NONE} otherwise
 * @param previous hash of the partition's previous record, {@code sha256:…}, see the engine's chain
 * @param traceparent W3C trace context of the cause
 */
public record EventRecord(
        DeviceId device,
        long sequence,
        long epoch,
        Instant time,
        MessageId cause,
        String previous,
        @Nullable String traceparent,
        DeviceEvent event) {}
