package io.kubemdm.operator.outgoing;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Requests whose answers are bounded in length and in time, their bodies included. */
public final class BoundedHttp {

    private static final int MAX_TOKEN = 4096;

    /** What can stand in a header by itself. */
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private BoundedHttp() {}

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param limit most bytes of the answer's body
     * @param timeout from now to its last byte
     * @throws IOException when there is no answer, it takes too long or is too long; the message is for people, the cause what
     *     the client said
     */
    public static HttpResponse<byte[]> send(HttpClient client, HttpRequest request, int limit, Duration timeout)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, any -> new LimitedBody(limit));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String said = cause.getMessage();
            throw new IOException(said == null ? cause.getClass().getSimpleName() : said, cause);
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * Adds the bearer token of a file, as it is now.
     *
     * @param token file, null for none
     * @throws IOException when it cannot be read or holds no token; the token is not in the message
     */
    public static void authorize(HttpRequest.Builder request, @Nullable Path token) throws IOException {
        if (token == null) {
            return;
        }
        String bearer;
        try {
            bearer =
                    Files.size(token) > MAX_TOKEN ? "" : Files.readString(token).strip();
        } catch (IOException e) {
            throw new IOException("the token's file cannot be read: " + e.getMessage(), e);
        }
        if (!TOKEN.matcher(bearer).matches()) {
            // The client would refuse it by a message with the token in it.
            throw new IOException(
                    "the token's file holds no bearer token: one line without spaces, at most " + MAX_TOKEN + " bytes");
        }
        request.header("authorization", "Bearer " + bearer);
    }
}
