package io.kubemdm.operator.prometheus;

import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The authorities that a server's certificate may be under, from a file that may be replaced while we run. */
final class Authorities {

    private static final int MAX_FILE = 1 << 20;

    private final @Nullable Path file;

    /** @param file with PEM certificates, null for the system's authorities */
    Authorities(@Nullable Path file) {
        this.file = file;
    }

    /**
     * The file as it is now; empty without one.
     *
     * @throws IOException when it cannot be read or is too long
     */
    String read() throws IOException {
        if (file == null) {
            return "";
        }
        try {
            if (Files.size(file) <= MAX_FILE) {
                return Files.readString(file);
            }
        } catch (IOException e) {
            throw new IOException("the authorities' file cannot be read: " + e.getMessage(), e);
        }
        throw new IOException("the authorities' file " + file + " is longer than " + MAX_FILE + " bytes");
    }

    /**
     * Trusts those of a text that was {@link #read}, and nobody else.
     *
     * @throws IOException when it holds something else than certificates
     */
    SSLContext context(String pem) throws IOException {
        try {
            if (file == null) {
                return SSLContext.getDefault();
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate one : Pem.certificates(pem)) {
                store.setCertificateEntry("ca-" + store.size(), one);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the authorities' file " + file + " holds no certificates: " + e.getMessage(), e);
        }
    }
}
