package io.kubemdm.cli.audit;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks the operator's query API as the bearer of a cluster token. */
public final class QueryClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PAGE = 5_000;
    private static final int ATTEMPTS = 5;
    private static final int MAX_REASON = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final URI base;
    private final String token;
    private final HttpClient http;

    /**
     * A client.
     *
     * @param base {@code https://host:port}
     * @param token as the cluster gave it out; never logged
     * @param trust by which the server is known
     */
    QueryClient(URI base, String token, SSLContext trust) {
        this.base = base;
        this.token = token;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .sslContext(trust)
                .build();
    }

    /** All events of a device, in order. */
    public void life(String device, Consumer<AuditLine> to) throws IOException {
        pages("/v1/events?device=" + device, to);
    }

    /** Every page of an answer from its beginning to the end that the first page tells; {@code page} lines are left out. */
    void pages(String path, Consumer<AuditLine> to) throws IOException {
        long next = 0;
        long end = Long.MAX_VALUE;
        while (next < end) {
            AuditLine.Page page = page(path + "&limit=" + PAGE + "&offset=" + next, to);
            if (page.next() <= next && page.next() < page.end()) {
                throw new IOException("the query API does not get on at offset " + next + " of " + path);
            }
            next = page.next();
            end = page.end();
        }
    }

    private AuditLine.Page page(String path, Consumer<AuditLine> to) throws IOException {
        AtomicReference<AuditLine.@Nullable Page> last = new AtomicReference<>();
        read(path, line -> {
            if (line.page() == null) {
                to.accept(line);
            } else {
                last.set(line.page());
            }
        });
        AuditLine.Page page = last.get();
        if (page == null) {
            throw new IOException("the query API's answer to " + path + " was cut: try again");
        }
        return page;
    }

    /** One answer, line by line. */
    void read(String path, Consumer<AuditLine> to) throws IOException {
        HttpResponse<InputStream> answer = ask(path);
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), new String(body.readNBytes(MAX_REASON), StandardCharsets.UTF_8));
            }
            JsonLines.read(body, to);
        } catch (MalformedJson e) {
            throw new IOException("the query API's answer to " + path + " is not understood: " + e.getMessage(), e);
        }
    }

    /**
     * Posts JSON and reads the JSON that is answered.
     *
     * @return at most {@link Json#MAX_BYTES}
     */
    public byte[] post(String path, byte[] body) throws IOException {
        HttpResponse<InputStream> answer =
                send(asking(path).header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(body)));
        try (InputStream in = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), new String(in.readNBytes(MAX_REASON), StandardCharsets.UTF_8));
            }
            return in.readNBytes(Json.MAX_BYTES + 1);
        }
    }

    private HttpResponse<InputStream> ask(String path) throws IOException {
        return send(asking(path).GET());
    }

    private HttpRequest.Builder asking(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).header("Authorization", "Bearer " + token);
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder asking) throws IOException {
        HttpRequest request = asking.build();
        try {
            for (int attempt = 1; ; attempt++) {
                HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
                if (answer.statusCode() != 503 || attempt == ATTEMPTS) {
                    return answer;
                }
                answer.body().close();
                Thread.sleep(PAUSE);
            }
        } catch (ConnectException | HttpTimeoutException e) {
            throw new CliFailure(
                    ExitCode.UNREACHABLE,
                    "the query API at " + base + " does not answer. Check --query-url; 'kubectl port-forward -n"
                            + " kubemdm-system svc/kubemdm-query 10443' brings it to https://localhost:10443");
        } catch (javax.net.ssl.SSLException e) {
            throw new CliFailure(
                    ExitCode.UNREACHABLE,
                    "the query API at " + base + " is not who it should be: " + e.getMessage()
                            + ". Check --query-ca: it is the root's certificate, root/ca.crt of 'pki init'");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCode.FAILED, "interrupted");
        }
    }

    private static CliFailure refused(int status, String reason) {
        String said = reason.strip();
        return switch (status) {
            case 401, 403 -> new CliFailure(ExitCode.FORBIDDEN, "the query API does not allow it: " + said);
            case 503 -> new CliFailure(ExitCode.UNREACHABLE, "the query API cannot answer now: " + said);
            default -> new CliFailure(ExitCode.FAILED, "the query API refuses (" + status + "): " + said);
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
