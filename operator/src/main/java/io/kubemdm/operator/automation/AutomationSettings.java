package io.kubemdm.operator.automation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the door is and who has a key.
 *
 * @param port 0 for any
 * @param certificate PEM file of the server's certificate and what it needs to be followed to the root
 * @param key PEM file of its key
 * @param hookSecrets folder with a file per namespace, each line a secret of its webhooks
 * @param scimTokens by namespace the SHA-256 of bearer tokens, 64 hexadecimal digits each
 * @param podAddress by which the Service finds the leader, null where nothing looks for it
 * @param namespace where the Service lives
 */
public record AutomationSettings(
        String bindHost,
        int port,
        Path certificate,
        Path key,
        Path hookSecrets,
        Map<String, List<String>> scimTokens,
        @Nullable String podAddress,
        String namespace) {

    public AutomationSettings {
        scimTokens = Map.copyOf(scimTokens);
        scimTokens.forEach((tenant, hashes) -> hashes.forEach(hash -> {
            if (!hash.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("kubemdm.automation.tenants." + tenant
                        + ".scim-token-sha256: must be the SHA-256 of the token, 64 lower-case hexadecimal digits");
            }
        }));
    }
}
