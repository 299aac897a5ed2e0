package io.kubemdm.testbed.operator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.Ports;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A real Prometheus that scrapes what a test exposes, every half second; without the program the test is skipped. */
final class RealPrometheus implements AutoCloseable {

    private final Map<String, Double> exposed = new ConcurrentHashMap<>();
    private final HttpServer target;
    private final int port = Ports.free(1).getFirst();
    private final Child process;

    RealPrometheus(Path folder) throws IOException {
        Path program = program();
        target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/metrics", exchange -> {
            byte[] text = exposed.entrySet().stream()
                    .map(each -> each.getKey() + " " + each.getValue() + "\n")
                    .collect(Collectors.joining())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, text.length == 0 ? -1 : text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        target.start();
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                "scrape_configs:\n- job_name: vpn\n  scrape_interval: 500ms\n  scrape_timeout: 500ms\n  static_configs:\n"
                        + "  - targets: ['127.0.0.1:" + target.getAddress().getPort() + "']\n");
        process = Child.start(new ChildSpec(
                "prometheus",
                List.of(
                        program.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn"),
                Map.of("GOMAXPROCS", "1"),
                folder,
                folder.resolve("prometheus.log"),
                Lifeline.WITH_PARENT));
        process.awaitReady(this::isReady, Duration.ofSeconds(30));
    }

    private static Path program() {
        List<Path> found = Arrays.stream(String.valueOf(System.getenv("PATH")).split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!found.isEmpty(), "prometheus is not installed: build/test-tools installs it");
        return found.getFirst();
    }

    private boolean isReady() {
        try {
            HttpURLConnection asked =
                    (HttpURLConnection) url().resolve("/-/ready").toURL().openConnection();
            return asked.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A series has this value from the next scrape on. */
    void expose(String series, double value) {
        exposed.put(series, value);
    }

    /** A series ends with the next scrape. */
    void withdraw(String series) {
        exposed.remove(series);
    }

    /** It is there and says nothing. */
    void pause() {
        process.pause();
    }

    void resume() {
        process.resume();
    }

    @Override
    public void close() {
        process.kill9();
        target.stop(0);
    }
}
