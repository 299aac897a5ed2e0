package io.kubemdm.operator.policybundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.SemanticVersion;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.rules.RuleErrors;
import io.kubemdm.rules.RuleSet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Turns a spec into what is signed, or says why it must not be. */
sealed interface Artefact {

    /** The longest canonical content: as a signed frame it must pass the agent's channel. */
    int MAX_BYTES = 640 << 10;

    /** Heartbeat of a bundle that sets none, in seconds. */
    int DEFAULT_HEARTBEAT_SECONDS = 300;

    /** Content that may be published. */
    record Good(BundleContent content, int heartbeatSeconds) implements Artefact {}

    /** Why not: a CamelCase constant and a sentence with a remedy. */
    record Bad(String reason, String message) implements Artefact {}

    /** Why its rules cannot be used, null when they can or there is no content. */
    default BundleDecision.@Nullable Problem unjudgeable() {
        try {
            if (this instanceof Good good) {
                RuleSet.compile(good.content());
            }
            return null;
        } catch (RuleErrors e) {
            return new BundleDecision.Problem(e.reason(), e.summary());
        }
    }

    /** Whether other people have to agree to it, where anybody has to. */
    default boolean guarded() {
        return this instanceof Good good && good.content().carriesFilesOrScripts();
    }

    /** The artefact of a spec. */
    static Artefact of(PolicyBundleSpec spec) {
        if (!SemanticVersion.isVersion(spec.version())) {
            return new Bad("InvalidVersion", "spec.version is no semantic version: write it like 1.4.0");
        }
        BundleContent content;
        int heartbeat;
        try {
            content = BundleContent.ofSpec(Json.mapper().valueToTree(spec));
            heartbeat = heartbeatSeconds(content);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Bad("InvalidSettings", "spec.settings: " + e.getMessage());
        }
        JsonNode all = Json.mapper().valueToTree(content);
        if (!all.findValues("secretRef").isEmpty()) {
            return new Bad(
                    "SecretsNotSupported",
                    "secretRef cannot be used, because secrets are not encrypted to each device's key: use"
                            + " certificateProfile");
        }
        if (unrecognised(all)) {
            return new Bad(
                    "UnknownValue",
                    "spec has a value that this version does not know: use a value that kubectl explain lists");
        }
        int size = content.canonical().length;
        if (size > MAX_BYTES) {
            return new Bad(
                    "TooLarge",
                    "the content is " + size + " bytes, the limit is " + MAX_BYTES + ": split it into several bundles");
        }
        return new Good(content, heartbeat);
    }

    private static int heartbeatSeconds(BundleContent content) {
        if (content.heartbeatInterval() == null) {
            return DEFAULT_HEARTBEAT_SECONDS;
        }
        long seconds = Formats.duration(content.heartbeatInterval()).toSeconds();
        if (seconds < 10 || seconds > 86_400) {
            throw new IllegalArgumentException("heartbeatInterval is 10s to 24h: choose a value between");
        }
        return (int) seconds;
    }

    private static boolean unrecognised(JsonNode node) {
        if (node.isTextual()) {
            return "Unrecognised".equals(node.textValue());
        }
        Collection<JsonNode> inner = new java.util.ArrayList<>();
        node.elements().forEachRemaining(inner::add);
        return inner.stream().anyMatch(Artefact::unrecognised);
    }
}
