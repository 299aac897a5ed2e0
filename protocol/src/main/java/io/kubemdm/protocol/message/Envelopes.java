package io.kubemdm.protocol.message;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Between {@link Envelope} and CloudEvents 1.0, and its JSON format (the WebSocket's). */
public final class Envelopes {

    /** The longest frame an agent or a gateway may send, in bytes. */
    public static final int MAX_FRAME_BYTES = 1 << 20;

    /** The WebSocket subprotocol (CloudEvents WebSockets binding §3.1). */
    public static final String SUBPROTOCOL = "cloudevents.json";

    private static final String BOOT = "boot";
    private static final String N = "n";
    private static final String EPOCH = "epoch";
    private static final String TRACEPARENT = "traceparent";
    private static final JsonFormat FORMAT = new JsonFormat();

    private Envelopes() {}

    /** As a CloudEvent with JSON data. */
    public static CloudEvent toCloudEvent(Envelope<? extends Message> envelope) {
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(envelope.id())
                .withSource(URI.create(envelope.source()))
                .withType(MessageTypes.nameOf(envelope.body()))
                .withTime(envelope.time().atOffset(ZoneOffset.UTC))
                .withData(
                        "application/json",
                        JsonCloudEventData.wrap(Json.mapper().valueToTree(envelope.body())));
        if (envelope.subject() != null) {
            event.withSubject(envelope.subject().toString());
        }
        if (envelope.epoch() != 0) {
            event.withExtension(EPOCH, Long.toString(envelope.epoch()));
        }
        if (!envelope.messageId().equals(MessageId.NONE)) {
            event.withExtension(BOOT, Long.toString(envelope.messageId().boot()));
            event.withExtension(N, Long.toString(envelope.messageId().n()));
        }
        if (envelope.traceparent() != null) {
            event.withExtension(TRACEPARENT, envelope.traceparent());
        }
        return event.build();
    }

    /**
     * Reads a CloudEvent of ours.
     *
     * @throws MalformedJson when type or data are not ours
     */
    public static Envelope<Message> fromCloudEvent(CloudEvent event) {
        Class<? extends Message> body = MessageTypes.bodyOf(event.getType());
        if (body == null) {
            throw new MalformedJson("type '" + abbreviated(event.getType()) + "' is none of ours");
        }
        try {
            return new Envelope<>(
                    event.getId(),
                    event.getSource().toString(),
                    event.getSubject() == null ? null : DeviceId.parse(event.getSubject()),
                    event.getTime() == null ? Instant.EPOCH : event.getTime().toInstant(),
                    counter(event, EPOCH),
                    new MessageId(counter(event, BOOT), counter(event, N)),
                    text(event, TRACEPARENT),
                    data(event.getData(), body));
        } catch (IllegalArgumentException e) {
            throw new MalformedJson("bad attribute: " + e.getMessage(), e);
        }
    }

    /** As a structured-mode JSON frame. */
    public static byte[] toJson(Envelope<? extends Message> envelope) {
        return FORMAT.serialize(toCloudEvent(envelope));
    }

    /**
     * Reads a structured-mode JSON frame.
     *
     * @throws MalformedJson when it is too large, not a CloudEvent, or none of ours
     */
    public static Envelope<Message> fromJson(byte[] frame) {
        if (frame.length > MAX_FRAME_BYTES) {
            throw new MalformedJson("frame of " + frame.length + " bytes is over the limit of " + MAX_FRAME_BYTES);
        }
        try {
            CloudEvent event = FORMAT.deserialize(frame);
            if (event == null) {
                throw new MalformedJson("not a CloudEvent in JSON, but null");
            }
            return fromCloudEvent(event);
        } catch (EventDeserializationException | IllegalStateException | StackOverflowError e) {
            throw new MalformedJson("not a CloudEvent in JSON", e);
        }
    }

    private static <M> M data(@Nullable CloudEventData data, Class<M> body) {
        return switch (data) {
            case null -> throw new MalformedJson("no data");
            case JsonCloudEventData json -> Json.convert(json.getNode(), body);
            default -> Json.read(data.toBytes(), body);
        };
    }

    private static long counter(CloudEvent event, String name) {
        Object value = event.getExtension(name);
        if (value == null) {
            return 0;
        }
        long number = Long.parseLong(value.toString());
        if (number < 0) {
            throw new IllegalArgumentException(name + " is negative");
        }
        return number;
    }

    private static @Nullable String text(CloudEvent event, String name) {
        Object value = event.getExtension(name);
        return value == null ? null : abbreviated(value.toString());
    }

    private static String abbreviated(String text) {
        return text.length() <= 128 ? text : text.substring(0, 128);
    }
}
