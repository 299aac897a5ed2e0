package io.kubemdm.testbed.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.testbed.fleet.Scenario.Failing;
import io.kubemdm.testbed.fleet.Scenario.Measured;
import io.kubemdm.testbed.fleet.Scenario.Worse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {

    private static final String FACT = "battery.drainPermillePerHour";

    @Test
    void optionsAreReadAndShownTheSame() {
        assertThat(Worse.parse(FACT + ":+40%@power@1.1.0")).isEqualTo(new Worse(FACT, 40, "power", "1.1.0"));
        assertThat(Worse.parse(FACT + ":-2.5%@a-b@2.0.0-rc.1")).isEqualTo(new Worse(FACT, -2.5, "a-b", "2.0.0-rc.1"));
        assertThat(Failing.parse("5%@power@1.1.0")).isEqualTo(new Failing(5, "power", "1.1.0"));
        assertThat(Measured.parse(FACT + ":80")).isEqualTo(new Measured(FACT, 80));
        assertThat(Scenario.percent("60%")).isEqualTo(60);
        assertThat(Worse.parse(FACT + ":+40%@power@1.1.0")).hasToString(FACT + ":+40%@power@1.1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "5%", "5%@power", "101%@power@1.0.0", "-1%@power@1.0.0", "5%@POWER@1.0.0", "5%@a@x"})
    void rubbishSaysWhatIsExpected(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Failing.parse(text))
                .withMessageMatching(".*(such as|0 to 100).*");
    }

    @Test
    void aLongWordIsNotRepeatedWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Worse.parse("x".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 1_000, 2_000})
    void sharesAreKeptInFleetsOfAnySize(int devices) {
        Scenario scenario = new Scenario(List.of(), List.of(), List.of(new Failing(5, "power", "1.1.0")), 60);

        assertThat(count(devices, scenario::isOffline)).isCloseTo(devices * 60 / 100, within(2));
        assertThat(count(devices, number -> scenario.fails(number, "power", "1.1.0")))
                .isCloseTo(devices * 5 / 100, within(2));
        assertThat(count(devices, number -> scenario.fails(number, "power", "1.0.0")))
                .isZero();
    }

    @Test
    void aFactIsWorseWhileTheBundleIsInForce() {
        Scenario scenario = new Scenario(
                List.of(new Measured(FACT, 80)), List.of(new Worse(FACT, 40, "power", "1.1.0")), List.of(), 0);
        Fortune fortune = new Fortune(scenario, 7, 1);

        double before = mean(fortune);
        fortune.reported(applied("1.1.0"));
        double during = mean(fortune);
        fortune.reported(applied("1.0.0"));
        double after = mean(fortune);

        assertThat(before).isCloseTo(80, within(40.0));
        assertThat(during / before).isCloseTo(1.4, within(0.05));
        assertThat(after / before).isCloseTo(1, within(0.05));
    }

    private static PolicyReported applied(String version) {
        return new PolicyReported(
                new PolicyRef("power", version, "sha256:" + "0".repeat(64)),
                PolicyReported.State.Applied,
                1,
                null,
                null);
    }

    private static double mean(Fortune fortune) {
        return IntStream.range(0, 400)
                .mapToDouble(i -> {
                    Map<String, JsonNode> facts = new HashMap<>();
                    fortune.measure(facts);
                    return facts.get("battery").get("drainPermillePerHour").asDouble();
                })
                .average()
                .orElseThrow();
    }

    private static int count(int devices, java.util.function.IntPredicate chosen) {
        return (int) IntStream.range(0, devices).filter(chosen).count();
    }
}
