package io.kubemdm.protocol.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle says, as signed and fetched: the PolicyBundle's spec in RFC 8785 canonical form, whose SHA-256 is the
 * bundle's digest. On {@code mdm.bundles} and on the wire it is the payload of a JWS of type
 * {@link io.kubemdm.protocol.trust.JwsType#BUNDLE}.
 *
 * @param platforms empty means every platform
 * @param priority 0–1000, the higher wins where no order of restriction exists
 * @param enforcement {@code Enforce}, {@code Warn} or {@code Shadow}
 * @param settings the typed settings, keyed as in the PolicyBundle API
 * @param heartbeatInterval as the API writes durations, e.g. {@code 5m}; absent means the default
 */
public record BundleContent(
        String policy,
        String version,
        @Nullable List<String> platforms,
        @Nullable Integer priority,
        @Nullable String enforcement,
        @Nullable JsonNode settings,
        @Nullable JsonNode rules,
        @Nullable JsonNode nonComplianceActions,
        @Nullable JsonNode access,
        @Nullable String heartbeatInterval) {

    private static final int DEFAULT_PRIORITY = 100;

    public BundleContent {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(version, "version");
    }

    /** Of two bundles' values, neither of them stricter, the one of the higher priority stands; 0 to 1000, 100 unless said. */
    public int priorityOrDefault() {
        return Objects.requireNonNullElse(priority, DEFAULT_PRIORITY);
    }

    /** Whether its settings are set on devices, not only judged. */
    public boolean enforces() {
        return enforcement == null || enforcement.equals("Enforce");
    }

    /** The signed and addressed form. */
    public byte[] canonical() {
        return Json.canonical(this);
    }

    /** The content address. */
    public String digest() {
        return Digest.of(canonical());
    }

    /** The reference a desired order carries. */
    public PolicyRef ref() {
        return new PolicyRef(policy, version, digest());
    }

    /** Whether it puts files on a device or has it run a script: what somebody could take a device over with. */
    public boolean carriesFilesOrScripts() {
        boolean files = settings != null && !settings.path("files").isEmpty();
        return files
                || (rules != null
                        && rules.valueStream().anyMatch(rule -> "Script"
                                .equals(rule.path("remediation").path("action").asText())));
    }

    /**
     * The content of a PolicyBundle's spec.
     *
     * @param spec as the API type writes it, defaults filled in; not changed
     * @throws IllegalArgumentException when a field has another type
     */
    public static BundleContent ofSpec(JsonNode spec) {
        ObjectNode content = spec.deepCopy();
        JsonNode settings = content.path("settings");
        JsonNode interval = settings instanceof ObjectNode object ? object.remove("heartbeatInterval") : null;
        if (interval != null) {
            content.set("heartbeatInterval", interval);
        }
        List<String> platforms = new ArrayList<>();
        content.path("platforms").forEach(platform -> platforms.add(platform.asText()));
        Collections.sort(platforms);
        ArrayNode sorted = content.putArray("platforms");
        platforms.forEach(sorted::add);
        return Json.mapper().convertValue(content, BundleContent.class);
    }
}
