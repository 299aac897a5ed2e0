package io.kubemdm.operator.automation;

import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.bundle.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may speak for a tenant. Of a SCIM token only the hash is known; a webhook's secrets are read anew for each request, so
 * that they change without a restart. A tenant without keys and a wrong key are told apart by nobody.
 */
final class Keys {

    private static final String SCHEME = "Bearer ";
    private static final int MAX_TOKEN = 1024;

    /** A secret that stands in for another, so two at a time. */
    private static final int MAX_SECRETS = 2;

    private static final long MAX_FILE = 4096;

    private final AutomationSettings settings;

    Keys(AutomationSettings settings) {
        this.settings = settings;
    }

    /**
     * Admits the bearer of a tenant's token.
     *
     * @throws Refused 401
     */
    void admit(String namespace, @Nullable String authorization) {
        Refused refused = new Refused(401, "send the tenant's token: Authorization: Bearer …");
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refused;
        }
        String token = authorization.substring(SCHEME.length()).strip();
        if (token.isEmpty() || token.length() > MAX_TOKEN) {
            throw refused;
        }
        byte[] presented = Digest.sha256(token.getBytes(StandardCharsets.UTF_8));
        boolean known = false;
        for (String hash : settings.scimTokens().getOrDefault(namespace, List.of())) {
            known |= MessageDigest.isEqual(presented, HexFormat.of().parseHex(hash));
        }
        if (!known) {
            throw refused;
        }
    }

    /**
     * The secrets of a tenant's webhooks, none without a file.
     *
     * @param namespace an RFC 1123 label
     * @throws Refused 503 when the file cannot be read or is too long; the secrets are not in the message
     */
    List<String> hookSecrets(String namespace) {
        Path file = settings.hookSecrets().resolve(namespace);
        try {
            if (!Files.isRegularFile(file)) {
                return List.of();
            }
            if (Files.size(file) > MAX_FILE) {
                throw new Refused(503, "the tenant's webhook secrets are longer than " + MAX_FILE + " bytes");
            }
            return Files.readString(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .limit(MAX_SECRETS)
                    .toList();
        } catch (IOException e) {
            throw new Refused(503, "the tenant's webhook secrets cannot be read", e);
        }
    }
}
