package io.kubemdm.gateway.enroll;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HTTP Basic credentials (RFC 7617): user {@code namespace/token}, password the token's secret.
 *
 * @param secret never logged
 */
record Credentials(String namespace, String token, String secret) {

    private static final String HOW =
            "authenticate by HTTP Basic with user namespace/token and the EnrollmentToken's secret as password";
    private static final int MAX_HEADER = 1024;
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

    /**
     * Reads an {@code Authorization} header.
     *
     * @throws Refused with 401 when it is absent or not of that form
     */
    static Credentials of(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > MAX_HEADER
                || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw new Refused(Refusal.unauthorized(HOW));
        }
        String decoded;
        try {
            decoded = new String(
                    Base64.getDecoder().decode(authorization.substring(6).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused(Refusal.unauthorized(HOW));
        }
        int colon = decoded.indexOf(':');
        int slash = decoded.indexOf('/');
        if (slash < 0 || colon < slash) {
            throw new Refused(Refusal.unauthorized(HOW));
        }
        String namespace = decoded.substring(0, slash);
        String token = decoded.substring(slash + 1, colon);
        if (!NAMESPACE.matcher(namespace).matches() || !NAME.matcher(token).matches()) {
            throw new Refused(Refusal.unauthorized(HOW));
        }
        return new Credentials(namespace, token, decoded.substring(colon + 1));
    }

    @Override
    public String toString() {
        return "Credentials[" + namespace + "/" + token + "]";
    }
}
