package io.kubemdm.testbed.controlplane;

import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.process.TrustedPem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;

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
                .sslContext(TrustedPem.context(certificate))
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
}
