package io.kubemdm.gateway.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * One answer, JSON.
 *
 * @param headers besides the type
 */
record AccessReply(int status, Map<String, String> headers, String json) {

    /** The clients' next try, when it is not their fault. */
    private static final String RETRY_AFTER_SECONDS = "5";

    private static final int MAX_DESCRIPTION = 500;
    private static final int MAX_RULES = 20;

    /** A document that anybody may read and keep for a while. */
    static AccessReply document(String json) {
        return new AccessReply(200, Map.of("Cache-Control", "public, max-age=60"), json);
    }

    /** A token (RFC 6749 §5.1). */
    static AccessReply token(String token, Duration life) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("access_token", token);
        body.put("token_type", "Bearer");
        body.put("expires_in", life.toSeconds());
        return new AccessReply(200, secret(), body.toString());
    }

    /** None, and why (RFC 6749 §5.2), with {@code reason} and {@code rules} of our own for programs. */
    static AccessReply refused(AccessDecision.Refused refused) {
        Refusal refusal = refused.refusal();
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("error", refusal.error());
        body.put("error_description", printable(refused.because()));
        body.put("reason", refusal.name());
        if (!refused.rules().isEmpty()) {
            refused.rules().stream().limit(MAX_RULES).forEach(body.withArray("rules")::add);
        }
        Map<String, String> headers = secret();
        if (refusal.status() == 503 || refusal.status() == 429) {
            headers.put("Retry-After", RETRY_AFTER_SECONDS);
        }
        return new AccessReply(refusal.status(), headers, body.toString());
    }

    /** The body is too large, or the path or method is none of ours. */
    static AccessReply plain(int status, String because) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("error", Refusal.BadRequest.error());
        body.put("error_description", because);
        return new AccessReply(status, secret(), body.toString());
    }

    private static Map<String, String> secret() {
        return new TreeMap<>(Map.of("Cache-Control", "no-store", "Pragma", "no-cache"));
    }

    /** What RFC 6749 §5.2 lets stand in a description: printable ASCII without quotes and backslashes. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .limit(MAX_DESCRIPTION)
                .map(each -> each == '"' ? '\'' : each)
                .map(each -> each < ' ' || each > '~' || each == '\\' ? '?' : each)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }
}
