package io.kubemdm.operator.compliance;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.smallrye.faulttolerance.api.Guard;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts notifications as the Standard Webhooks specification has it: signed over id, time and body, under each of the secrets,
 * tried again with a growing pause. What the receiver answers beside the status is not read.
 */
final class WebhookSink implements AutoCloseable {

    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int MAX_SECRETS = 2;
    private static final long MAX_FILE = 4096;

    private final NotificationSettings settings;
    private final Clock clock;
    private final HttpClient client;
    private final Guard guard;

    WebhookSink(NotificationSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECTING)
                .build();
        long delay = settings.firstDelay().toMillis();
        this.guard = Guard.create()
                .withDescription("notification")
                .withRetry()
                .maxRetries(settings.attempts() - 1)
                .maxDuration(1, ChronoUnit.DAYS)
                .delay(delay, ChronoUnit.MILLIS)
                .jitter(delay / 4, ChronoUnit.MILLIS)
                .retryOn(NotDelivered.class)
                .withExponentialBackoff()
                .maxDelay(Math.max(delay, LONGEST_PAUSE.toMillis()), ChronoUnit.MILLIS)
                .done()
                .done()
                .build();
    }

    /**
     * Delivers; blocks through all tries.
     *
     * @param id the same for every try, by which a receiver knows a repeat
     * @throws NotDelivered after the last try
     */
    void deliver(String id, String event) throws NotDelivered, InterruptedException {
        try {
            guard.call(
                    () -> {
                        post(id, event);
                        return true;
                    },
                    Boolean.class);
        } catch (NotDelivered | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new NotDelivered(e.getClass().getSimpleName(), e);
        }
    }

    private void post(String id, String event) throws NotDelivered, InterruptedException {
        Instant now = clock.instant();
        HttpRequest request = HttpRequest.newBuilder(settings.url())
                .timeout(settings.timeout())
                .header("content-type", "application/cloudevents+json; charset=UTF-8")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", signature(id, now, event))
                .POST(HttpRequest.BodyPublishers.ofString(event))
                .build();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            response.body().close();
            if (response.statusCode() < 200 || response.statusCode() > 299) {
                throw new NotDelivered("the receiver answered " + response.statusCode(), null);
            }
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unanswered(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)) {
                // The client's own clock runs beside ours.
                throw unanswered(e);
            }
            throw new NotDelivered("cannot be reached: " + cause.getClass().getSimpleName(), e);
        } catch (IOException e) {
            throw new NotDelivered("the connection broke: " + e.getClass().getSimpleName(), e);
        }
    }

    private NotDelivered unanswered(Exception cause) {
        return new NotDelivered("no answer within " + settings.timeout().toSeconds() + " s", cause);
    }

    /** By every secret, so that a receiver may know the old or the new one while they change; read anew each time. */
    private String signature(String id, Instant now, String event) throws NotDelivered {
        List<String> signatures = new ArrayList<>();
        try {
            for (String secret : secrets()) {
                signatures.add(new Webhook(secret).sign(id, now.getEpochSecond(), event));
            }
        } catch (IOException e) {
            throw new NotDelivered("the secret's file cannot be read", e);
        } catch (WebhookSigningException | EmptyWebhookSecretException | IllegalArgumentException e) {
            // Its own message might hold the secret.
            throw new NotDelivered("a line of the secret's file is no webhook secret: whsec_ and base64", null);
        }
        if (signatures.isEmpty()) {
            throw new NotDelivered("the secret's file has no secret", null);
        }
        return String.join(" ", signatures);
    }

    private List<String> secrets() throws IOException {
        if (Files.size(settings.secret()) > MAX_FILE) {
            throw new IOException("longer than " + MAX_FILE + " bytes");
        }
        return Files.readString(settings.secret())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .limit(MAX_SECRETS)
                .toList();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
