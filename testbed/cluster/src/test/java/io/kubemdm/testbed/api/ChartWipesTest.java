package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Floors and budgets of wipes reach the operator under the keys it knows. */
class ChartWipesTest {

    private static final Helm HELM = Helm.ofThisCheckout();

    @Test
    void theDefaultsAreWrittenOut() {
        JsonNode wipes = wipes();
        assertThat(wipes.at("/approvals/corporate/full-wipe").asInt()).isEqualTo(2);
        assertThat(wipes.at("/budgets/destructive/at-least").asInt()).isEqualTo(3);
        assertThat(wipes.at("/budgets/lock/per-hour").asInt()).isEqualTo(100);
    }

    @Test
    void whatIsSetReachesTheOperator() {
        JsonNode wipes = wipes(
                "--set", "wipes.approvals.corporate.selectiveWipe=1", "--set", "wipes.budgets.destructive.percent=7");
        assertThat(Map.of(
                        "/approvals/corporate/selective-wipe", 1,
                        "/approvals/corporate/full-wipe", 2,
                        "/budgets/destructive/percent", 7))
                .allSatisfy((path, value) ->
                        assertThat(wipes.at(path).asInt()).as(path).isEqualTo(value));
    }

    @Test
    void aBudgetOfNothingIsRefusedSinceWhatWaitsWouldWaitForEver() {
        Helm.Result result = HELM.tryTemplate("--set", "wipes.budgets.lock.atLeast=0");
        assertThat(result.exit()).isNotZero();
        assertThat(result.text()).contains("wipes").contains("atLeast");
    }

    private static JsonNode wipes(String... arguments) {
        String application = ChartTest.objects(arguments).stream()
                .filter(object -> object.at("/kind").asText().equals("ConfigMap")
                        && object.at("/metadata/name").asText().equals("kubemdm-operator"))
                .findAny()
                .orElseThrow()
                .at("/data/application.yaml")
                .asText();
        return new ObjectMapper()
                .valueToTree(Serialization.unmarshal(application, JsonNode.class))
                .at("/kubemdm/wipes");
    }
}
