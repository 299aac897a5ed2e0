package io.kubemdm.gateway;

import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.TrustBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads mounted PEM files, with errors that name the file. */
public final class TrustFiles {

    private TrustFiles() {}

    /** Root, order and ledger certificates of {@code kubemdm.trust.*} as one bundle. */
    public static TrustBundle read(GatewayConfig.Trust trust) {
        List<X509Certificate> all = new ArrayList<>();
        for (Path file : List.of(trust.root(), trust.orders(), trust.ledger())) {
            all.addAll(certificates(file));
        }
        return new TrustBundle(all);
    }

    /**
     * Every certificate of a file.
     *
     * @throws IllegalStateException when it cannot be read or has none
     */
    public static List<X509Certificate> certificates(Path file) {
        try {
            return Pem.certificates(text(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    /** A file's text, for keys and certificates. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file + ": " + e, e);
        }
    }
}
