package io.kubemdm.operator.prometheus;

import io.kubemdm.operator.outgoing.BoundedHttp;
import io.kubemdm.operator.outgoing.ForeignText;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client of Prometheus' instant queries, {@code GET /api/v1/query} (<a
 * href="https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries">HTTP API</a>), by which Thanos, Mimir and
 * VictoriaMetrics are asked, too. Safe for several threads.
 */
public final class Prometheus implements AutoCloseable {

    /** Longest answer in bytes: one series needs some hundred. */
    static final int MAX_ANSWER = 1 << 20;

    private static final String PATH = "/api/v1/query";

    private final PrometheusSettings settings;
    private final String base;
    private final Authorities authorities;
    private @Nullable HttpClient client;
    private String trusted = "";

    public Prometheus(PrometheusSettings settings) {
        this.settings = settings;
        this.base = settings.url().toString().replaceAll("/+$", "");
        this.authorities = new Authorities(settings.ca());
    }

    /** Asks, and waits for the answer as long as the settings say; never throws. */
    public Answer ask(String query) {
        try {
            HttpResponse<byte[]> answer = BoundedHttp.send(client(), request(query), MAX_ANSWER, settings.timeout());
            return AnswerReader.read(answer.statusCode(), answer.body());
        } catch (SSLException e) {
            return untrusted(e);
        } catch (IOException e) {
            return e.getCause() instanceof SSLException tls
                    ? untrusted(tls)
                    : new Answer.None("Prometheus cannot be asked: " + ForeignText.shortened(e.getMessage())
                            + "; it is at " + settings.url().getAuthority() + " by analysis.prometheus.url.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.None("The operator ended before Prometheus answered.");
        }
    }

    private static Answer untrusted(SSLException e) {
        return new Answer.None("Prometheus is not trusted: " + ForeignText.shortened(e.getMessage())
                + "; see analysis.prometheus.caSecret.");
    }

    private HttpRequest request(String query) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + PATH + "?query=" + encoded(query)
                        + "&timeout=" + settings.timeout().toMillis() + "ms"))
                .header("accept", "application/json")
                .GET();
        BoundedHttp.authorize(request, settings.token());
        return request.build();
    }

    private static String encoded(String query) {
        return URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Another one when the authorities have changed; what was asked by the old one is still answered. */
    private synchronized HttpClient client() throws IOException {
        String pem = authorities.read();
        HttpClient known = client;
        if (known != null && pem.equals(trusted)) {
            return known;
        }
        HttpClient fresh = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.timeout())
                .sslContext(authorities.context(pem))
                .build();
        client = fresh;
        trusted = pem;
        if (known != null) {
            known.shutdown();
        }
        return fresh;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
