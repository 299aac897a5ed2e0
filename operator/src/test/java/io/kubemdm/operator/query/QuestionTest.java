package io.kubemdm.operator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.device.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {

    @Test
    void a_device_s_life_takes_the_right_to_get_it() {
        Question question = Question.of("/v1/events", parameters("device=acme/d-1&offset=7&limit=2"));

        assertThat(question).isEqualTo(new Question.Life(new DeviceId("acme", "d-1"), 7, 2));
        assertThat(question.right()).isEqualTo(new Right("get", "acme", "d-1"));
    }

    @Test
    void a_tenant_s_events_take_the_right_to_list_its_devices() {
        Question question = Question.of("/v1/events", parameters("partition=3&namespace=acme"));

        assertThat(question).isEqualTo(new Question.Events(3, "acme", 0, Question.DEFAULT_LIMIT));
        assertThat(question.right()).isEqualTo(new Right("list", "acme", ""));
        assertThat(((Question.Events) question).keys().test("acme/d-1")).isTrue();
        assertThat(((Question.Events) question).keys().test("acme2/d-1")).isFalse();
    }

    @Test
    void a_plan_takes_the_right_to_list_devices_and_rollouts() {
        PlanQuestion question = PlanQuestion.of(parameters("namespace=acme"));

        assertThat(question.rights())
                .extracting(Right::toString)
                .containsExactly(
                        "list devices.kubemdm.io in namespace acme", "list rollouts.kubemdm.io in namespace acme");
    }

    @ParameterizedTest
    @CsvSource({"'', namespace", "namespace=ACME, namespace", "namespace=a&names=1, names"})
    void a_plan_of_rubbish_is_refused_by_the_name_of_its_parameter(String query, String parameter) {
        assertThatThrownBy(() -> PlanQuestion.of(parameters(query)))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith(parameter + ": ");
    }

    @ParameterizedTest
    @CsvSource({"/v1/partitions,''", "/v1/heads,partition=0", "/v1/events,partition=0"})
    void the_whole_log_takes_the_right_to_list_all_devices(String path, String query) {
        assertThat(Question.of(path, parameters(query)).right()).isEqualTo(new Right("list", "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/events, partition=x, partition",
        "/v1/events, partition=-1, partition",
        "/v1/events, offset=1, partition",
        "/v1/events, partition=0&offset=-1, offset",
        "/v1/events, partition=0&limit=0, limit",
        "/v1/events, partition=0&limit=5001, limit",
        "/v1/events, partition=0&namespace=ACME, namespace",
        "/v1/events, device=d-1, device",
        "/v1/events, device=acme/, device",
        "/v1/events, device=acme/d-1&partition=0, partition",
        "/v1/events, device=acme/d-1&namespace=other, namespace",
        "/v1/events, partition=0&partition=1, partition",
        "/v1/events, partition=0&colour=red, colour",
        "/v1/partitions, partition=0, partition",
        "/v1/heads, partition=0&device=acme/d-1, device",
    })
    void rubbish_is_refused_by_the_name_of_its_parameter(String path, String query, String parameter) {
        assertThatThrownBy(() -> Question.of(path, parameters(query)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(400))
                .hasMessageStartingWith(parameter + ": ");
    }

    @Test
    void another_path_is_not_there() {
        assertThatThrownBy(() -> Question.of("/v2/events", List.of()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @ParameterizedTest
    @CsvSource(
            value = {"null", "''", "Basic abc", "Bearer", "'Bearer  '"},
            nullValues = "null")
    void without_a_bearer_token_nobody_is_asked(String header) {
        assertThatThrownBy(() -> Callers.token(header))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(401));
    }

    @Test
    void the_scheme_is_read_in_any_case() {
        assertThat(Callers.token("bearer abc")).isEqualTo("abc");
    }

    private static List<Map.Entry<String, String>> parameters(String query) {
        List<Map.Entry<String, String>> found = new ArrayList<>();
        for (String each : query.split("&", -1)) {
            if (!each.isEmpty()) {
                String[] parts = each.split("=", 2);
                found.add(Map.entry(parts[0], parts[1]));
            }
        }
        return found;
    }
}
