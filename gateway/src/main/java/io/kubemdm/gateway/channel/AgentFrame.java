package io.kubemdm.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.gateway.uplink.ReportLimits;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.MessageTypes;
import org.jspecify.annotations.Nullable;

/** What one frame from an agent turned out to be. Pure; whatever the bytes are, reading them never throws. */
sealed interface AgentFrame {

    /** A message of ours that an agent may send. */
    record Understood(Envelope<AgentMessage> envelope) implements AgentFrame {}

    /** A message that names itself but will never be accepted: the agent is told, the session goes on. */
    record Refused(MessageRefused refusal) implements AgentFrame {}

    /** Nothing that could be answered: the session ends. */
    record Rubbish(String reason) implements AgentFrame {}

    /** Reads a frame of at most {@link Envelopes#MAX_FRAME_BYTES}. */
    static AgentFrame read(byte[] frame) {
        JsonNode tree;
        try {
            // Depth, length and duplicate keys are limited here, before the CloudEvents library sees the bytes.
            tree = Json.read(frame, JsonNode.class);
        } catch (MalformedJson e) {
            return new Rubbish(e.getMessage());
        }
        MessageId id = new MessageId(counter(tree, "boot"), counter(tree, "n"));
        try {
            Envelope<Message> envelope = Envelopes.fromJson(frame);
            return envelope.body() instanceof AgentMessage body
                    ? checked(envelope, body, frame.length)
                    : refusal(id, "UnknownType", "an agent does not send " + MessageTypes.nameOf(envelope.body()));
        } catch (MalformedJson e) {
            String type = tree.path("type").asText("");
            return refusal(
                    id,
                    MessageTypes.bodyOf(type) == null && !type.isEmpty() ? "UnknownType" : "Malformed",
                    e.getMessage());
        }
    }

    private static AgentFrame checked(Envelope<Message> envelope, AgentMessage body, int length) {
        String excess = body instanceof AgentReport report ? ReportLimits.excess(report, length) : null;
        return excess == null
                ? new Understood(new Envelope<>(
                        envelope.id(),
                        envelope.source(),
                        null,
                        envelope.time(),
                        envelope.epoch(),
                        envelope.messageId(),
                        envelope.traceparent(),
                        body))
                : refusal(envelope.messageId(), "TooLarge", excess);
    }

    private static AgentFrame refusal(MessageId id, String reason, @Nullable String message) {
        return id.boot() < 1 || id.n() < 1
                ? new Rubbish(reason + ": " + message)
                : new Refused(new MessageRefused(id.boot(), id.n(), reason, message == null ? reason : message));
    }

    private static long counter(JsonNode tree, String name) {
        JsonNode value = tree.path(name);
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        try {
            return value.isTextual() ? Long.parseLong(value.textValue()) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
