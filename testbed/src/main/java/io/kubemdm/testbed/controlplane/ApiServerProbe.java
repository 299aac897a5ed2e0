package io.kubemdm.testbed.controlplane;

import io.kubemdm.testbed.process.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks an API server's {@code /readyz}, which needs no identity. Not ready either while its certificate is missing. */
public final class ApiServerProbe implements Readiness {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final URI address;
    private final Path certificate;

    /** A probe of one server, known by a certificate that may not be there yet. */
    public ApiServerProbe(String server, Path certificate) {
        this.address = URI.create(server + "/readyz");
        this.certificate = certificate;
    }

    @Override
    public boolean isReady() {
        if (!Files.exists(certificate)) {
            return false;
        }
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting(certificate))
                .connectTimeout(LIMIT)
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | GeneralSecurityException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static SSLContext trusting(Path pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(pem)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("c" + number++, one);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
