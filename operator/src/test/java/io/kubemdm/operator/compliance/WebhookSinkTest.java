package io.kubemdm.operator.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real HTTP server. */
class WebhookSinkTest {

    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[24]);
    private static final String OTHER =
            "whsec_" + Base64.getEncoder().encodeToString("another secret of 24 by".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path folder;

    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private Path secret;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(command -> Thread.ofVirtual().start(command));
        server.createContext("/hook", this::take);
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("location", "/hook");
            exchange.sendResponseHeaders(302, -1);
        });
        server.createContext("/silent", exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.createContext("/rubbish", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] rubbish = new byte[1 << 16];
            while (over.getCount() > 0) {
                exchange.getResponseBody().write(rubbish);
            }
        });
        server.start();
        secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 503 : 204, -1);
        exchange.close();
    }

    @Test
    void a_receiver_that_fails_twice_gets_it_the_third_time_under_the_same_id_and_can_verify_it() throws Exception {
        failures.set(2);
        Files.writeString(secret, OTHER + "\n" + SECRET + "\n");
        deliver("/hook", 5);

        assertThat(bodies).hasSize(3).containsOnly("{\"a\":1}");
        for (Map<String, List<String>> each : headers) {
            assertThat(each.get("Webhook-id")).containsExactly("n-1");
            assertThat(each.get("Content-type").getFirst()).startsWith("application/cloudevents+json");
        }
        Map<String, List<String>> last = headers.getLast();
        for (String key : List.of(SECRET, OTHER)) {
            new Webhook(key)
                    .verify(
                            bodies.getLast(),
                            Map.of(
                                    "webhook-id", last.get("Webhook-id"),
                                    "webhook-timestamp", last.get("Webhook-timestamp"),
                                    "webhook-signature", last.get("Webhook-signature")));
        }
    }

    @Test
    void after_the_last_try_it_says_why() {
        failures.set(9);
        assertThatThrownBy(() -> deliver("/hook", 3))
                .isInstanceOf(NotDelivered.class)
                .hasMessage("the receiver answered 503");
        assertThat(bodies).hasSize(3);
    }

    @Test
    void a_redirect_is_not_followed() {
        assertThatThrownBy(() -> deliver("/moved", 1)).hasMessage("the receiver answered 302");
        assertThat(bodies).isEmpty();
    }

    @Test
    void a_receiver_that_does_not_answer_is_left() {
        assertThatThrownBy(() -> deliver("/silent", 1)).hasMessageStartingWith("no answer within");
    }

    @Test
    void what_a_receiver_answers_is_not_read() throws Exception {
        deliver("/rubbish", 1);
    }

    @Test
    void a_receiver_that_is_not_there_is_told_without_its_address() {
        server.stop(0);
        assertThatThrownBy(() -> deliver("/hook", 1))
                .hasMessageStartingWith("cannot be reached")
                .hasMessageNotContaining("hook");
    }

    @Test
    void no_secret_is_in_a_message() throws IOException {
        Files.writeString(secret, "whsec_not*base64");
        assertThatThrownBy(() -> deliver("/hook", 1))
                .isInstanceOf(NotDelivered.class)
                .hasMessageNotContaining("not*base64");
        Files.writeString(secret, "");
        assertThatThrownBy(() -> deliver("/hook", 1)).hasMessage("the secret's file has no secret");
        assertThat(bodies).isEmpty();
    }

    private void deliver(String path, int attempts) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        try (WebhookSink sink = new WebhookSink(
                new NotificationSettings(url, secret, attempts, Duration.ofMillis(8), Duration.ofSeconds(2)),
                Clock.systemUTC())) {
            sink.deliver("n-1", "{\"a\":1}");
        }
    }
}
