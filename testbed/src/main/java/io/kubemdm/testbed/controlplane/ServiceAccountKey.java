package io.kubemdm.testbed.controlplane;

import io.kubemdm.testbed.process.SecretFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** The ES256 key that signs ServiceAccount tokens. */
final class ServiceAccountKey {

    static final String PRIVATE = "service-accounts.key";
    static final String PUBLIC = "service-accounts.pub";

    private ServiceAccountKey() {}

    static void writeTo(Path dir) throws IOException {
        KeyPair pair;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
        try (OutputStream out = SecretFile.create(dir.resolve(PRIVATE))) {
            out.write(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        }
        Files.write(dir.resolve(PUBLIC), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    }

    private static byte[] pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
