package io.kubemdm.gateway.uplink;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a report may weigh. A device is not trusted to be modest: whatever passes here is kept in Kafka for a week. */
public final class ReportLimits {

    /** Most bytes of facts in a heartbeat, as JSON. */
    public static final int MAX_FACT_BYTES = 64 << 10;

    /** Most policy lines on a device. */
    public static final int MAX_POLICIES = 64;

    /** Most settings named in one report of drift. */
    public static final int MAX_SETTINGS = 16;

    /** Longest sentence. */
    public static final int MAX_MESSAGE = 512;

    /** Longest name, id or setting. */
    public static final int MAX_NAME = 256;

    /** Longest receipt, as compact JWS. */
    public static final int MAX_RECEIPT = 64 << 10;

    private ReportLimits() {}

    /**
     * Says what is too much.
     *
     * @param frameBytes length of the frame it came in
     * @return a sentence, null when all is well
     */
    public static @Nullable String excess(AgentReport report, int frameBytes) {
        return switch (report) {
            case Heartbeat heartbeat -> heartbeat(heartbeat, frameBytes);
            case PolicyReported reported ->
                first(
                        policy("policy", reported.policy()),
                        text("reason", reported.reason(), MAX_NAME),
                        text("message", reported.message(), MAX_MESSAGE));
            case DriftCorrected drift ->
                first(policy("policy", drift.policy()), names("settings", drift.settings(), MAX_SETTINGS));
            case CommandAcknowledged answer -> text("id", answer.id(), MAX_NAME);
            case ReceiptHandedIn receipt ->
                first(text("id", receipt.id(), MAX_NAME), text("receipt", receipt.receipt(), MAX_RECEIPT));
        };
    }

    private static @Nullable String heartbeat(Heartbeat heartbeat, int frameBytes) {
        if (heartbeat.policies().size() > MAX_POLICIES) {
            return "policies: " + heartbeat.policies().size() + " entries, at most " + MAX_POLICIES;
        }
        for (PolicyRef ref : heartbeat.policies()) {
            String excess = policy("policies", ref);
            if (excess != null) {
                return excess;
            }
        }
        // The frame is longer than its facts: only a large one is worth measuring.
        if (frameBytes > MAX_FACT_BYTES) {
            int facts = Json.write(heartbeat.facts()).length;
            if (facts > MAX_FACT_BYTES) {
                return "facts: " + facts + " bytes as JSON, at most " + MAX_FACT_BYTES;
            }
        }
        return null;
    }

    private static @Nullable String policy(String field, PolicyRef ref) {
        String excess = first(
                text(field + ".policy", ref.policy(), MAX_NAME), text(field + ".version", ref.version(), MAX_NAME));
        if (excess != null) {
            return excess;
        }
        return Digest.isDigest(ref.digest()) ? null : field + ".digest: not sha256: and 64 hexadecimal digits";
    }

    private static @Nullable String names(String field, List<String> names, int most) {
        if (names.size() > most) {
            return field + ": " + names.size() + " entries, at most " + most;
        }
        for (String name : names) {
            String excess = text(field, name, MAX_NAME);
            if (excess != null) {
                return excess;
            }
        }
        return null;
    }

    private static @Nullable String text(String field, @Nullable String text, int most) {
        return text == null || text.length() <= most
                ? null
                : field + ": " + text.length() + " characters, at most " + most;
    }

    private static @Nullable String first(@Nullable String... sentences) {
        for (String sentence : sentences) {
            if (sentence != null) {
                return sentence;
            }
        }
        return null;
    }
}
