package io.kubemdm.testbed.cli;

import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.testbed.controlplane.ServiceAccounts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Questions to the query API of a stage: over HTTPS, and by the commands that ask it. */
final class Questions {

    /** What a plan may be asked for: a Rollout with its bundle. */
    static final String ROLLOUT = """
            {"rollout": {"kind": "Rollout", "metadata": {"name": "base"},
                         "spec": {"bundleRef": {"name": "base-1.0.0"}, "selector": {}}},
             "bundle": {"kind": "PolicyBundle", "metadata": {"name": "base-1.0.0"},
                        "spec": {"policy": "base", "version": "1.0.0"}}}
            """;

    private final AuditStage stage;
    private final HttpClient http;

    Questions(AuditStage stage) throws Exception {
        this.stage = stage;
        this.http = HttpClient.newBuilder().sslContext(trust()).build();
    }

    /** By one of the people of the stage, on the command line. */
    CommandRun run(String who, String... arguments) {
        return CommandRun.of(Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--query-url",
                                stage.url(),
                                "--query-ca",
                                stage.pki().resolve("root/ca.crt").toString(),
                                "--kubeconfig",
                                stage.plane().kubeconfigOf("acme", who).toString()))
                .toArray(String[]::new));
    }

    String trustFile() {
        return stage.pki().resolve("trust.pem").toString();
    }

    String token(String who) {
        return ServiceAccounts.token(stage.plane().client(), "acme", who, Duration.ofMinutes(10));
    }

    HttpResponse<String> ask(@Nullable String token, String path) throws Exception {
        return http.send(request(token, path).build(), BodyHandlers.ofString());
    }

    /** Asked by one of the people of the stage. */
    HttpResponse<String> askAs(String who, String path) throws Exception {
        return ask(token(who), path);
    }

    /** The same as {@link #ask}, not waited for. */
    CompletableFuture<HttpResponse<String>> askLater(String token, String path) {
        return http.sendAsync(request(token, path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> plan(@Nullable String token, String namespace, String body) throws Exception {
        return http.send(
                request(token, "/v1/plan?namespace=" + namespace)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> planAs(String who, String namespace, String body) throws Exception {
        return plan(token(who), namespace, body);
    }

    private HttpRequest.Builder request(@Nullable String token, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(stage.url() + path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private SSLContext trust() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "root",
                Pem.certificates(Files.readString(stage.pki().resolve("root/ca.crt")))
                        .getFirst());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
