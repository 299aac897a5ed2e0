package io.kubemdm.gateway.access;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: {@code grant_type=client_credentials}, one {@code resource} (RFC 8707 §2), its {@code client_id}
 * (RFC 8705 §2).
 *
 * @param clientId {@code namespace/device}
 * @param audience the resource, an absolute URI without fragment
 */
record TokenRequest(String clientId, String audience) {

    /** The longest body that is read, in bytes. */
    static final int MAX_BYTES = 4_096;

    private static final int MAX_PARAMETERS = 16;
    private static final int MAX_AUDIENCE = 253;
    private static final String FORM = "application/x-www-form-urlencoded";

    /** The request is not one. */
    static final class Bad extends Exception {

        private static final long serialVersionUID = 1L;

        private final Refusal refusal;

        Bad(Refusal refusal, String message) {
            super(message);
            this.refusal = refusal;
        }

        /** What is wrong with it. */
        Refusal refusal() {
            return refusal;
        }
    }

    /**
     * Reads a request's body.
     *
     * @throws Bad naming the parameter and the remedy; nothing of the body is repeated
     */
    static TokenRequest read(@Nullable String contentType, byte[] body) throws Bad {
        if (contentType == null || !contentType.split(";", -1)[0].strip().equalsIgnoreCase(FORM)) {
            throw new Bad(Refusal.BadRequest, "Content-Type must be " + FORM);
        }
        Map<String, List<String>> parameters = parameters(body);
        if (!one(parameters, "grant_type").equals("client_credentials")) {
            throw new Bad(Refusal.BadGrantType, "grant_type must be client_credentials");
        }
        return new TokenRequest(one(parameters, "client_id"), audience(parameters));
    }

    private static Map<String, List<String>> parameters(byte[] body) throws Bad {
        try {
            return new QueryStringDecoder(
                            new String(body, StandardCharsets.UTF_8), StandardCharsets.UTF_8, false, MAX_PARAMETERS)
                    .parameters();
        } catch (IllegalArgumentException e) {
            throw new Bad(Refusal.BadRequest, "the body is not " + FORM);
        }
    }

    private static String one(Map<String, List<String>> parameters, String name) throws Bad {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() != 1 || values.getFirst().isEmpty()) {
            throw new Bad(Refusal.BadRequest, name + " must be given once");
        }
        return values.getFirst();
    }

    private static String audience(Map<String, List<String>> parameters) throws Bad {
        List<String> values = parameters.getOrDefault("resource", List.of());
        if (values.size() != 1) {
            throw new Bad(Refusal.BadResource, "resource must be given once: a token is for one audience");
        }
        String resource = values.getFirst();
        if (resource.length() > MAX_AUDIENCE || !isAbsolute(resource)) {
            throw new Bad(
                    Refusal.BadResource,
                    "resource must be an absolute URI without fragment of at most " + MAX_AUDIENCE + " characters");
        }
        return resource;
    }

    private static boolean isAbsolute(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute()
                    && uri.getRawFragment() == null
                    && text.chars().allMatch(each -> each > ' ' && each < 127);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
