package io.kubemdm.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.operator.https.Refused;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanRequestTest {

    private static final String ROLLOUT = "'rollout': {'kind': 'Rollout', 'metadata': {'name': 'base'}, 'spec':"
            + " {'bundleRef': {'name': 'base-1.0.0'}, 'selector': {}}}";
    private static final String BUNDLE = "'bundle': {'kind': 'PolicyBundle', 'metadata': {'name': 'base-1.0.0',"
            + " 'namespace': 'acme'}, 'spec': {'policy': 'base', 'version': '1.0.0'}}";

    private static PlanRequest of(String json) {
        return PlanRequest.of("acme", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_rollout_is_read_with_its_bundle_or_without() {
        PlanRequest both = of("{" + ROLLOUT + ", " + BUNDLE + ", 'names': 7}");
        assertThat(both.rollout()).isEqualTo("base");
        assertThat(both.spec().steps()).hasSize(3);
        assertThat(both.bundle()).isNotNull();
        assertThat(both.names()).isEqualTo(7);

        PlanRequest alone = of("{" + ROLLOUT + "}");
        assertThat(alone.bundle()).isNull();
        assertThat(alone.names()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json                             | body: ",
                "[]                                   | body: ",
                "{}                                   | rollout: ",
                "{ROLLOUT, 'colour': 1}               | colour: unknown field",
                "{ROLLOUT, 'names': -1}               | names: ",
                "{ROLLOUT, 'names': 501}              | names: ",
                "{ROLLOUT, 'names': 'all'}            | names: ",
                "{'rollout': {'kind': 'Device'}}      | rollout.kind: ",
                "{'rollout': {'kind': 'Rollout'}}     | rollout.metadata.name: ",
                "{'rollout': {'kind': 'Rollout', 'metadata': {'name': 'a', 'namespace': 'b'}}} | rollout.metadata.namespace: ",
                "{'rollout': {'kind': 'Rollout', 'metadata': {'name': 'a'}}} | rollout.spec",
                "{'rollout': {'kind': 'Rollout', 'metadata': {'name': 'a'}, 'spec': {'steps': 7}}} | rollout.spec: ",
                "{'rollout': {'kind': 'Rollout', 'metadata': {'name': 'a'}, 'spec': {}}} | rollout.spec.bundleRef.name: ",
                "{'rollout': {'kind': 'Rollout', 'metadata': {'name': 'a'}, 'spec': {'bundleRef': {'name': 'b'}}}} | rollout.spec.selector: ",
                "{ROLLOUT, 'bundle': {'kind': 'PolicyBundle', 'metadata': {'name': 'x'}}} | bundle.metadata.name: must be base-1.0.0",
                "{ROLLOUT, 'bundle': {'kind': 'PolicyBundle', 'metadata': {'name': 'base-1.0.0'}, 'spec': {}}} | bundle.spec: ",
            })
    void rubbish_is_refused_by_the_name_of_its_field(String body, String message) {
        assertThatThrownBy(() -> of(body.replace("ROLLOUT", ROLLOUT)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(400))
                .hasMessageStartingWith(message.strip());
    }

    @Test
    void a_body_that_is_nested_without_end_is_refused() {
        assertThatThrownBy(() -> of("{'rollout': " + "[".repeat(10_000) + "]".repeat(10_000) + "}"))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("body: ");
    }
}
