package io.kubemdm.operator.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.outgoing.ForeignText;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.util.regex.Pattern;

/**
 * Reads what the query API answers (<a href="https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview">format
 * overview</a>): a scalar, or a vector of exactly one sample. Anything else is no number.
 */
final class AnswerReader {

    /** A sample as Prometheus writes a finite one. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?");

    private AnswerReader() {}

    static Answer read(int status, byte[] body) {
        if (status == 401 || status == 403) {
            return none("Prometheus refuses the operator (" + status + "): see analysis.prometheus.tokenSecret.");
        }
        if (status >= 300 && status < 400) {
            return none("Prometheus redirects (" + status + "): set analysis.prometheus.url to where it leads.");
        }
        JsonNode answer;
        try {
            answer = Json.read(body, JsonNode.class);
        } catch (MalformedJson e) {
            return foreign(status);
        }
        String said = answer.path("status").asText();
        if (said.equals("error")) {
            return none(
                    "Prometheus answers " + text(answer.path("errorType")) + ": " + text(answer.path("error")) + ".");
        }
        if (status != 200 || !said.equals("success")) {
            return foreign(status);
        }
        JsonNode warnings = answer.path("warnings");
        if (!warnings.isEmpty()) {
            return none("Prometheus warns of its answer: " + text(warnings.path(0)) + ".");
        }
        return result(answer.path("data"));
    }

    private static Answer result(JsonNode data) {
        JsonNode result = data.path("result");
        return switch (data.path("resultType").asText()) {
            case "scalar" -> sample(result);
            case "vector" -> series(result);
            case "matrix", "string" ->
                none("The query's answer is a " + data.path("resultType").asText()
                        + ": write one that yields one number.");
            default -> foreign(200);
        };
    }

    private static Answer series(JsonNode result) {
        if (!result.isArray()) {
            return foreign(200);
        }
        if (result.isEmpty()) {
            return none("The query's answer is empty: no series matches it.");
        }
        if (result.size() > 1) {
            return none("The query's answer has " + result.size() + " series: make it one, such as by sum(…).");
        }
        return result.path(0).has("histogram")
                ? none("The query's answer is a histogram: take one number of it, such as by histogram_quantile.")
                : sample(result.path(0).path("value"));
    }

    private static Answer sample(JsonNode pair) {
        JsonNode value = pair.path(1);
        if (pair.size() != 2 || !value.isTextual()) {
            return foreign(200);
        }
        String text = value.textValue();
        if (text.matches("NaN|[+-]?Inf")) {
            return none("The query's answer is " + text + ", which is no number to judge by.");
        }
        double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        return Double.isFinite(number) ? new Answer.Value(number) : foreign(200);
    }

    private static Answer foreign(int status) {
        return none("What answers (" + status + ") is not Prometheus' query API: see analysis.prometheus.url.");
    }

    private static String text(JsonNode node) {
        return ForeignText.shortened(node.asText());
    }

    private static Answer none(String why) {
        return new Answer.None(why);
    }
}
