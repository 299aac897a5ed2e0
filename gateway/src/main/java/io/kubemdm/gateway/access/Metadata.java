package io.kubemdm.gateway.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import java.net.URI;
import java.net.URISyntaxException;

/** What the authorization server says of itself (RFC 8414 §2, RFC 8705 §3.3). */
final class Metadata {

    /** Where it is. */
    static final String PATH = "/.well-known/oauth-authorization-server";

    static final String TOKEN_PATH = "/token";
    static final String JWKS_PATH = "/jwks";

    private Metadata() {}

    /**
     * The document.
     *
     * @throws IllegalArgumentException when {@code issuer} is not {@code https://host:port} without a path
     */
    static String of(String issuer) {
        if (!isIssuer(issuer)) {
            throw new IllegalArgumentException(
                    "kubemdm.access.issuer is '" + issuer + "': it must be https://host:port without a path");
        }
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("issuer", issuer);
        document.put("token_endpoint", issuer + TOKEN_PATH);
        document.put("jwks_uri", issuer + JWKS_PATH);
        document.putArray("response_types_supported");
        document.putArray("grant_types_supported").add("client_credentials");
        document.putArray("token_endpoint_auth_methods_supported").add("tls_client_auth");
        document.put("tls_client_certificate_bound_access_tokens", true);
        return document.toString();
    }

    private static boolean isIssuer(String text) {
        try {
            URI uri = new URI(text);
            return "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
