package io.kubemdm.operator.flag;

import com.fasterxml.jackson.databind.JsonNode;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import io.kubemdm.operator.outgoing.BoundedHttp;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a remote service for boolean flags by the OpenFeature Remote Evaluation Protocol:
 * {@code POST /ofrep/v1/evaluate/flags/{key}} (<a href="https://openfeature.dev/docs/reference/other-technologies/ofrep/openapi/">OFREP
 * 0.3.0</a>). Answers are bounded in length and time.
 */
final class OfrepProvider implements FeatureProvider {

    static final int MAX_ANSWER = 64 * 1024;
    private static final String PATH = "/ofrep/v1/evaluate/flags/";

    private final String base;
    private final @Nullable Path token;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * @param url of the service, without OFREP's own path
     * @param token file with a bearer token, read anew each time; null for none
     */
    OfrepProvider(URI url, @Nullable Path token, Duration timeout) {
        this.base = url.toString().replaceAll("/+$", "");
        this.token = token;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public Metadata getMetadata() {
        return () -> "ofrep";
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean otherwise, EvaluationContext context) {
        try {
            HttpResponse<byte[]> answer = post(key, context);
            return switch (answer.statusCode()) {
                case 200 -> evaluated(Json.read(answer.body(), JsonNode.class), otherwise);
                case 404 -> problem(ErrorCode.FLAG_NOT_FOUND, "not found", otherwise);
                case 400 ->
                    problem(ErrorCode.INVALID_CONTEXT, "it refuses the question: " + details(answer), otherwise);
                case 401, 403 -> problem(ErrorCode.GENERAL, "it refuses the operator's token", otherwise);
                default -> problem(ErrorCode.GENERAL, "it answers " + answer.statusCode(), otherwise);
            };
        } catch (MalformedJson e) {
            return problem(ErrorCode.PARSE_ERROR, "its answer is no JSON", otherwise);
        } catch (IOException e) {
            return problem(ErrorCode.GENERAL, String.valueOf(e.getMessage()), otherwise);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem(ErrorCode.GENERAL, "interrupted", otherwise);
        }
    }

    private HttpResponse<byte[]> post(String key, EvaluationContext context) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(base + PATH + URLEncoder.encode(key, StandardCharsets.UTF_8)))
                .timeout(timeout)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(Map.of("context", context.asObjectMap()))));
        BoundedHttp.authorize(request, token);
        return BoundedHttp.send(client, request.build(), MAX_ANSWER, timeout);
    }

    private static ProviderEvaluation<Boolean> evaluated(JsonNode answer, Boolean otherwise) {
        JsonNode value = answer.path("value");
        if (value.isMissingNode() || value.isNull()) {
            return problem(ErrorCode.GENERAL, "it leaves the value to whoever asks", otherwise);
        }
        if (!value.isBoolean()) {
            return problem(ErrorCode.TYPE_MISMATCH, "not boolean", otherwise);
        }
        return ProviderEvaluation.<Boolean>builder()
                .value(value.booleanValue())
                .variant(answer.path("variant").asText(null))
                .reason(answer.path("reason").asText(Reason.UNKNOWN.name()))
                .build();
    }

    private static String details(HttpResponse<byte[]> answer) {
        JsonNode body = Json.read(answer.body(), JsonNode.class);
        return body.path("errorCode").asText("") + " "
                + body.path("errorDetails").asText("");
    }

    private static ProviderEvaluation<Boolean> problem(ErrorCode code, String message, Boolean otherwise) {
        return ProviderEvaluation.<Boolean>builder()
                .value(otherwise)
                .reason(Reason.ERROR.name())
                .errorCode(code)
                .errorMessage(message)
                .build();
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String otherwise, EvaluationContext context) {
        throw new UnsupportedOperationException("only boolean flags are asked");
    }

    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer otherwise, EvaluationContext context) {
        throw new UnsupportedOperationException("only boolean flags are asked");
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double otherwise, EvaluationContext context) {
        throw new UnsupportedOperationException("only boolean flags are asked");
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, Value otherwise, EvaluationContext context) {
        throw new UnsupportedOperationException("only boolean flags are asked");
    }

    @Override
    public void shutdown() {
        client.shutdownNow();
    }
}
