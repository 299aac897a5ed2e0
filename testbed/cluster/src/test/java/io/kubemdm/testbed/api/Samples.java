package io.kubemdm.testbed.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The YAML of this package's test resources. */
final class Samples {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final ObjectMapper JSON = new ObjectMapper();

    static final List<String> KINDS = List.of(
            "enrollmenttokens",
            "devices",
            "policybundles",
            "rollouts",
            "wiperequests",
            "wipeapprovals",
            "changeapprovals");

    private Samples() {}

    /** An object of the kind in which every field of the schema occurs. */
    static ObjectNode complete(String plural) {
        return read("complete/" + plural);
    }

    /** The table of cases of the kind. */
    static ObjectNode rules(String plural) {
        return read("rules/" + plural);
    }

    private static ObjectNode read(String name) {
        try (InputStream in = Samples.class.getResourceAsStream("/api/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("no /api/" + name + ".yaml among the test's resources");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("§65536", "x".repeat(65536))
                    .replace("§in30days", inDays(30))
                    .replace("§in60days", inDays(60));
            return JSON.valueToTree(YAML.unmarshal(text, JsonNode.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String inDays(int days) {
        return Instant.now()
                .plus(Duration.ofDays(days))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /** A copy of the object after a JSON merge patch (RFC 7396): null removes. */
    static JsonNode merged(JsonNode object, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        ObjectNode result = object.isObject() ? object.deepCopy() : JSON.createObjectNode();
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                result.remove(field.getKey());
            } else {
                result.set(field.getKey(), merged(result.path(field.getKey()), field.getValue()));
            }
        });
        return result;
    }
}
