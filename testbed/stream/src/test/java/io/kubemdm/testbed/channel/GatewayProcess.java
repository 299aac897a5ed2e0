package io.kubemdm.testbed.channel;

import io.kubemdm.bus.KafkaAccess;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The gateway's real program in one role, configured by system properties instead of by the chart. */
public final class GatewayProcess implements AutoCloseable {

    private final Child child;
    private final int channelPort;
    private final int managementPort;
    private final HttpClient http = HttpClient.newHttpClient();

    private GatewayProcess(Child child, int channelPort, int managementPort) {
        this.child = child;
        this.channelPort = channelPort;
        this.managementPort = managementPort;
    }

    /**
     * Starts it; it need not be ready yet.
     *
     * @param settings configuration keys, with what they begin with
     * @param environment besides what the test sets itself
     */
    public static GatewayProcess start(
            Path dir,
            String replica,
            KafkaAccess kafka,
            Map<String, String> settings,
            Map<String, String> environment) {
        try {
            Path folder = Files.createDirectories(dir.resolve(replica)).toAbsolutePath();
            Path jaas = folder.resolve("sasl.jaas.config");
            Files.writeString(jaas, Objects.requireNonNull(kafka.jaasConfig()));
            List<Integer> ports = Ports.free(2);
            List<String> options = new ArrayList<>();
            options.add("-Dkubemdm.kafka.bootstrap-servers=" + kafka.bootstrapServers());
            options.add("-Dkubemdm.kafka.jaas-file=" + jaas);
            settings.forEach((key, value) -> options.add("-D" + key + "=" + value));
            List<String> command = QuickJvm.gateway("gateway", options);
            Map<String, String> all = new java.util.HashMap<>(environment);
            all.put("BIND_HOST", "127.0.0.1");
            all.put("PORT_CHANNEL", Integer.toString(ports.get(0)));
            all.put("PORT_MANAGEMENT", Integer.toString(ports.get(1)));
            all.put("POD_NAME", replica);
            Child child = Child.start(new ChildSpec(
                    replica, command, all, folder, folder.resolve("log"), ChildSpec.Lifeline.WITH_PARENT));
            return new GatewayProcess(child, ports.get(0), ports.get(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says it is ready. */
    public GatewayProcess awaitReady() {
        child.awaitReady(() -> readiness().startsWith("200"), Duration.ofSeconds(60));
        return this;
    }

    /** Status and body of its readiness; empty when it does not answer. */
    public String readiness() {
        return management("/q/health/ready");
    }

    /** Its metrics, as Prometheus reads them. */
    public String metrics() {
        return management("/q/metrics");
    }

    private String management(String path) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                            .timeout(Duration.ofSeconds(2))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Where agents connect. */
    public int channelPort() {
        return channelPort;
    }

    /** Stops it in its tracks (SIGSTOP). */
    public void pause() {
        child.pause();
    }

    /** Lets it go on as if nothing had happened (SIGCONT). */
    public void resume() {
        child.resume();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return child.isAlive();
    }

    /** Its last lines. */
    public String log() {
        return child.lastLines(40);
    }

    @Override
    public void close() {
        child.kill9();
        http.shutdownNow();
    }
}
