package io.kubemdm.operator.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as the documentation of Prometheus' HTTP API has them, and rubbish. */
class AnswerReaderTest {

    private static Answer read(int status, String body) {
        return AnswerReader.read(status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer result(String type, String result) {
        return read(
                200, "{\"status\":\"success\",\"data\":{\"resultType\":\"" + type + "\",\"result\":" + result + "}}");
    }

    private static String why(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.None.class);
        String why = ((Answer.None) answer).why();
        assertThat(why).hasSizeLessThanOrEqualTo(256).endsWith(".").doesNotContainPattern("\\p{Cntrl}");
        return why;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0, 0", "-0.25, -0.25", "1e-07, 1e-7", "1.5e+06, 1500000", "+3, 3"})
    void one_sample_is_a_number(String text, double value) {
        assertThat(read(200, AnsweringServer.vector(text))).isEqualTo(new Answer.Value(value));
        assertThat(result("scalar", "[1435781451.781,\"" + text + "\"]")).isEqualTo(new Answer.Value(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Inf", "+Inf", "-Inf"})
    void what_is_not_finite_is_none(String text) {
        assertThat(why(read(200, AnsweringServer.vector(text))))
                .isEqualTo("The query's answer is " + text + ", which is no number to judge by.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vector | [] | The query's answer is empty: no series matches it.",
                "vector | [{\"value\":[1,\"1\"]},{\"value\":[1,\"2\"]}] | The query's answer has 2 series: make it one, such as by sum(…).",
                "vector | [{\"histogram\":[1,{}]}] | The query's answer is a histogram: take one number of it, such as by histogram_quantile.",
                "matrix | [{\"values\":[[1,\"1\"]]}] | The query's answer is a matrix: write one that yields one number.",
                "string | [1,\"1\"] | The query's answer is a string: write one that yields one number."
            })
    void another_result_is_none_and_says_what_it_was(String type, String result, String why) {
        assertThat(why(result(type, result))).isEqualTo(why);
    }

    @Test
    void an_error_is_told_in_prometheus_own_words() {
        assertThat(
                        why(
                                read(
                                        400,
                                        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:4: parse error:\\nunexpected end\"}")))
                .isEqualTo("Prometheus answers bad_data: 1:4: parse error: unexpected end.");
        assertThat(why(read(503, "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"}")))
                .isEqualTo("Prometheus answers timeout: query timed out.");
    }

    @Test
    void an_answer_with_a_warning_may_be_partial_and_is_none() {
        String warned = AnsweringServer.vector("1").replace("\"data\"", "\"warnings\":[\"store 2 is away\"],\"data\"");
        assertThat(why(read(200, warned))).isEqualTo("Prometheus warns of its answer: store 2 is away.");
        assertThat(read(200, warned.replace("\"store 2 is away\"", ""))).isEqualTo(new Answer.Value(1));
        assertThat(read(200, warned.replace("warnings", "infos"))).isEqualTo(new Answer.Value(1));
    }

    @ParameterizedTest
    @CsvSource({
        "401, Prometheus refuses the operator (401): see analysis.prometheus.tokenSecret.",
        "403, Prometheus refuses the operator (403): see analysis.prometheus.tokenSecret.",
        "302, Prometheus redirects (302): set analysis.prometheus.url to where it leads.",
        "404, What answers (404) is not Prometheus' query API: see analysis.prometheus.url.",
        "500, What answers (500) is not Prometheus' query API: see analysis.prometheus.url."
    })
    void another_status_is_none_whatever_the_body(int status, String why) {
        assertThat(why(read(status, "<html>"))).isEqualTo(why);
        assertThat(why(read(status, AnsweringServer.vector("1")))).isEqualTo(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<!doctype html><html><body>It works!</body></html>",
                "null",
                "[]",
                "1",
                "\"success\"",
                "{}",
                "{\"status\":\"success\"}",
                "{\"status\":\"success\",\"data\":{}}",
                "{\"status\":\"success\",\"status\":\"success\",\"data\":{}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{\"a\":1}}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[1]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":\"1\"}]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,2]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\",3]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[\"2\"]}}",
            })
    void rubbish_is_none_and_says_where_to_look(String body) {
        assertThat(why(read(200, body)))
                .isEqualTo("What answers (200) is not Prometheus' query API: see analysis.prometheus.url.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "0x10", "1d", "Infinity", "1e999", "--1", "1.2.3", "1 ", "٣"})
    void a_sample_that_is_no_number_is_none(String text) {
        assertThat(read(200, AnsweringServer.vector(text)))
                .asInstanceOf(InstanceOfAssertFactories.type(Answer.None.class))
                .isNotNull();
    }

    @Test
    void deep_json_and_a_number_of_a_million_digits_are_none() {
        why(read(200, "{\"status\":".repeat(100_000)));
        why(read(200, "[".repeat(500_000)));
        why(read(200, AnsweringServer.vector("9".repeat(1_000_000))));
        why(read(200, "{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"" + "y".repeat(1_000_000) + "\"}"));
    }
}
