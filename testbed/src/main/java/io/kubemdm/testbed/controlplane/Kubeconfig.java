package io.kubemdm.testbed.controlplane;

import io.kubemdm.testbed.process.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Writes kubeconfig files: one cluster, one user with a bearer token. */
public final class Kubeconfig {

    private Kubeconfig() {}

    /**
     * Writes a kubeconfig that only its owner may read.
     *
     * @param certificate PEM file by which the server is known; copied in
     * @param user a name for people, not an identity: that is the token's
     */
    public static void write(Path file, String server, Path certificate, String user, String token, String namespace) {
        try {
            String authority = Base64.getEncoder().encodeToString(Files.readAllBytes(certificate));
            String yaml = """
                    apiVersion: v1
                    kind: Config
                    clusters:
                    - name: kubemdm
                      cluster: {server: "%s", certificate-authority-data: "%s"}
                    users:
                    - name: "%s"
                      user: {token: "%s"}
                    contexts:
                    - name: kubemdm
                      context: {cluster: kubemdm, user: "%s", namespace: "%s"}
                    current-context: kubemdm
                    """.formatted(server, authority, user, token, user, namespace);
            try (var out = SecretFile.create(file)) {
                out.write(yaml.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
