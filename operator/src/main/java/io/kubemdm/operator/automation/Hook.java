package io.kubemdm.operator.automation;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Kind;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as the Standard Webhooks specification has it: signed over id, time and body, at most five minutes old.
 *
 * @param id the trigger's, the same for every retry
 * @param subject an owner, or a device's name
 */
record Hook(String id, Kind kind, String subject) {

    /** Bytes of a body. */
    static final int MAX_BODY = 16 << 10;

    private static final String ID = "webhook-id";
    private static final int MAX_ID = 256;

    /** Characters of {@code Device.spec.owner}. */
    private static final int MAX_OWNER = 128;

    private static final int MAX_DEVICE = 253;

    /**
     * Checks and reads.
     *
     * @param secrets the tenant's, any of which will do
     * @param headers by name in lower case
     * @throws Refused 401 for the signature or its time; 400 that names the field
     */
    static Hook of(List<String> secrets, Map<String, String> headers, byte[] body) {
        String id = headers.get(ID);
        if (id == null || id.isBlank() || id.length() > MAX_ID) {
            throw new Refused(401, ID + ": send 1 to " + MAX_ID + " characters");
        }
        if (secrets.stream().noneMatch(secret -> verifies(secret, headers, body))) {
            throw new Refused(
                    401,
                    "webhook-signature: does not verify for this body, webhook-id and webhook-timestamp, or the time is"
                            + " more than five minutes off");
        }
        try {
            return read(mark(id), Json.read(body, JsonNode.class));
        } catch (MalformedJson e) {
            throw new Refused(400, "body: " + e.getMessage(), e);
        }
    }

    private static boolean verifies(String secret, Map<String, String> headers, byte[] body) {
        try {
            new Webhook(secret)
                    .verify(
                            // Bytes that are not UTF-8 were signed by nobody who follows the specification.
                            new String(body, StandardCharsets.UTF_8),
                            Map.of(
                                    ID,
                                    List.of(headers.getOrDefault(ID, "")),
                                    "webhook-timestamp",
                                    List.of(headers.getOrDefault("webhook-timestamp", "")),
                                    "webhook-signature",
                                    List.of(headers.getOrDefault("webhook-signature", ""))));
            return true;
        } catch (WebhookVerificationException | EmptyWebhookSecretException | IllegalArgumentException e) {
            return false;
        }
    }

    private static Hook read(String id, JsonNode body) {
        String type = body.path("type").asText();
        JsonNode data = body.path("data");
        return switch (type) {
            case "user.deactivated" -> new Hook(id, Kind.UserDeactivated, text(data, "user", MAX_OWNER));
            case "device.lost" -> new Hook(id, Kind.DeviceLost, text(data, "device", MAX_DEVICE));
            default -> throw new Refused(400, "type: there is user.deactivated and device.lost");
        };
    }

    private static String text(JsonNode data, String field, int most) {
        JsonNode value = data.path(field);
        if (!value.isTextual() || value.asText().isBlank() || value.asText().length() > most) {
            throw new Refused(400, "data." + field + ": must be a text of 1 to " + most + " characters");
        }
        return value.asText();
    }

    /** Whoever sends chooses the id; what we keep of it is of our own alphabet and length. */
    private static String mark(@Nullable String id) {
        byte[] hash = Digest.sha256(String.valueOf(id).getBytes(StandardCharsets.UTF_8));
        return "hook-" + HexFormat.of().formatHex(hash, 0, 16);
    }
}
