package io.kubemdm.testbed.operator;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.kubemdm.cli.pki.Authority;
import io.kubemdm.cli.pki.Pki;
import io.kubemdm.cli.pki.PkiFolder;
import io.kubemdm.operator.automation.AutomationSettings;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One tenant's keys to the operator's door, and whoever knocks with them. */
final class Door implements AutoCloseable {

    static final String TOKEN = "a-scim-token-of-a-test";
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Path folder;
    private final String tenant;
    private final HttpClient http;
    private int port;

    Door(Path folder, String tenant) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.tenant = tenant;
        Pki pki = Pki.create(
                new Authority(new SecureRandom(), Instant.now()),
                new Pki.Hosts(List.of("localhost"), List.of("localhost"), List.of("localhost", "127.0.0.1")));
        new PkiFolder(folder.resolve("pki")).create(pki);
        Files.createDirectories(folder.resolve("hooks"));
        Files.writeString(folder.resolve("hooks").resolve(tenant), SECRET + "\n");
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "root", Pem.certificates(Files.readString(root())).getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        this.http = HttpClient.newBuilder().sslContext(tls).build();
    }

    /** What the operator is told. */
    AutomationSettings settings() {
        String hash = Digest.of(TOKEN.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length());
        return new AutomationSettings(
                "127.0.0.1",
                0,
                folder.resolve("pki/query-tls/tls.crt"),
                folder.resolve("pki/query-tls/tls.key"),
                folder.resolve("hooks"),
                Map.of(tenant, List.of(hash)),
                null,
                "default");
    }

    /** Where the operator listens now. */
    Door at(int listening) {
        this.port = listening;
        return this;
    }

    Path root() {
        return folder.resolve("pki/root/tls.crt");
    }

    String url() {
        return "https://127.0.0.1:" + port;
    }

    /** Variables of the sample's scripts. */
    Map<String, String> variables() {
        return Map.of(
                "NAMESPACE", tenant,
                "SCIM_TOKEN", TOKEN,
                "HOOK_SECRET", SECRET,
                "KUBEMDM_AUTOMATION_URL", url(),
                "KUBEMDM_QUERY_CA", root().toString());
    }

    /** A webhook, signed so many seconds ago. */
    HttpResponse<String> hook(String id, String body, long age) throws IOException, InterruptedException {
        long at = Instant.now().getEpochSecond() - age;
        try {
            return send(HttpRequest.newBuilder(URI.create(url() + "/tenants/" + tenant + "/hooks"))
                    .header("webhook-id", id)
                    .header("webhook-timestamp", Long.toString(at))
                    .header("webhook-signature", new Webhook(SECRET).sign(id, at, body))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build());
        } catch (WebhookSigningException | EmptyWebhookSecretException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> scim(String method, String path, String token, String body)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url() + "/tenants/" + tenant + "/scim/v2" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/scim+json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
