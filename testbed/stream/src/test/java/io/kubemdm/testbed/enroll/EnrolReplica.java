package io.kubemdm.testbed.enroll;

import io.kubemdm.bus.Principal;
import io.kubemdm.testbed.channel.QuickJvm;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One process of the gateway in role {@code enroll}, as packaged. */
final class EnrolReplica implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration START = Duration.ofMinutes(2);

    private final ChildSpec spec;
    private final int port;
    private final int management;
    private Child child;

    private EnrolReplica(ChildSpec spec, int port, int management) {
        this.spec = spec;
        this.port = port;
        this.management = management;
        this.child = Child.start(spec);
    }

    static EnrolReplica start(EnrolRegion region, String name, Path kubeconfig) {
        List<Integer> ports = Ports.free(2);
        Path home = region.dir().resolve(name);
        Path config = config(region, home);
        ChildSpec spec = new ChildSpec(
                name,
                QuickJvm.gateway("enroll", List.of()),
                Map.of(
                        "QUARKUS_CONFIG_LOCATIONS", config.toString(),
                        "POD_NAME", name,
                        "BIND_HOST", "127.0.0.1",
                        "PORT_ENROLL", ports.get(0).toString(),
                        "PORT_MANAGEMENT", ports.get(1).toString(),
                        "KUBECONFIG", kubeconfig.toString()),
                home,
                home.resolve("log"),
                ChildSpec.Lifeline.WITH_PARENT);
        return new EnrolReplica(spec, ports.get(0), ports.get(1));
    }

    private static Path config(EnrolRegion region, Path home) {
        Path pki = region.dir().resolve("pki");
        try {
            Files.createDirectories(home);
            Path jaas = home.resolve("sasl.jaas.config");
            Files.writeString(
                    jaas, region.broker().propertiesFor(Principal.ENROLL.user()).getProperty("sasl.jaas.config"));
            return Files.writeString(home.resolve("application.yaml"), """
                    kubemdm:
                      roles: enroll
                      kafka: {bootstrap-servers: "%s", jaas-file: "%s"}
                      tls: {certificate: "%3$s/enroll-tls/tls.crt", key: "%3$s/enroll-tls/tls.key", ca: "%3$s/enroll-tls/ca.crt"}
                      trust: {root: "%4$s/ca.crt", orders: "%4$s/orders.crt", ledger: "%4$s/ledger.crt"}
                      enroll:
                        issuing-certificate: "%3$s/issuing-ca/tls.crt"
                        issuing-key: "%3$s/issuing-ca/tls.key"
                        ledger-certificate: "%3$s/ledger-signing/tls.crt"
                        ledger-key: "%3$s/ledger-signing/tls.key"
                    """.formatted(
                    region.broker().bootstrapServers(), jaas, pki, region.dir().resolve("trust")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    EnrolReplica awaitReady() {
        child.awaitReady(() -> readiness().statusCode() == 200, START);
        return this;
    }

    /** What readiness says; status 0 when the process does not answer. */
    Answer readiness() {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
                            .timeout(Duration.ofSeconds(2))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, "interrupted");
        }
    }

    record Answer(int statusCode, String body) {}

    void kill9() {
        child.kill9();
    }

    /** Starts it again, with the same name and ports. */
    void restart() {
        child.kill9();
        child = Child.start(spec);
    }

    String log() {
        return child.lastLines(200);
    }

    @Override
    public void close() {
        child.stop();
    }
}
