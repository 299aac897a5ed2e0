package io.kubemdm.operator.prometheus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server where Prometheus' query API is. It evaluates nothing: what it answers is a test's, written as the API's
 * documentation has it. The testbed asks a real one.
 */
public final class AnsweringServer implements AutoCloseable {

    private final HttpServer server;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile @Nullable String authorization;
    private volatile int status = 200;
    private volatile byte[] body = {};
    private volatile boolean silent;

    public AnsweringServer(@Nullable SSLContext tls) {
        try {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            if (tls == null) {
                server = HttpServer.create(any, 0);
            } else {
                HttpsServer secured = HttpsServer.create(any, 0);
                secured.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = secured;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/prom/api/v1/query", this::answer);
        server.start();
    }

    /** An answer of one series. */
    public static String vector(String value) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"job\":\"api\"},"
                + "\"value\":[1435781451.781,\"" + value + "\"]}]}}";
    }

    public PrometheusSettings settings() {
        return settings("http", Duration.ofSeconds(10));
    }

    PrometheusSettings settings(String scheme, Duration timeout) {
        URI url = URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/prom/");
        return new PrometheusSettings(url, null, null, timeout);
    }

    /** Answers so from now on. */
    public void answer(int next, String text) {
        answer(next, text.getBytes(StandardCharsets.UTF_8));
    }

    void answer(int next, byte[] bytes) {
        status = next;
        body = bytes;
    }

    /** Answers nothing any more. */
    void fallSilent() {
        silent = true;
    }

    /** The query strings, in the order in which they came. */
    public List<String> asked() {
        return asked;
    }

    @Nullable String authorization() {
        return authorization;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange.getRequestURI().getQuery());
            authorization = exchange.getRequestHeaders().getFirst("authorization");
            if (silent) {
                over.await();
            }
            byte[] now = body;
            exchange.getResponseHeaders().add("location", "/elsewhere");
            exchange.sendResponseHeaders(status, now.length == 0 ? -1 : now.length);
            exchange.getResponseBody().write(now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
        server.stop(0);
    }
}
