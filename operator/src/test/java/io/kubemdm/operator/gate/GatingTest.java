package io.kubemdm.operator.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatingTest {

    private static final Instant OPENS = Instant.parse("2026-06-01T22:00:00Z");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        on for one                     | 1 | 9 | 0 | OPEN
        on for one, of others unknown  | 1 | 0 | 9 | OPEN
        off for all                    | 0 | 9 | 0 | OFF
        off for some, of others unknown| 0 | 1 | 9 | UNREACHABLE
        of all unknown                 | 0 | 0 | 9 | UNREACHABLE
        no device                      | 0 | 0 | 0 | OPEN
        """)
    void aFlagIsOffOnlyWhenItIsOffForAll(String what, int on, int off, int unreachable, Flag flag) {
        Held held = new Held(0, 0, 0, on, off, unreachable, "away", null, "");

        assertThat(Gating.gates(spec("gate"), held).flag()).isEqualTo(flag);
        assertThat(Gating.gates(spec(null), held).flag()).as("no flag").isEqualTo(Flag.OPEN);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        nobody                   | 0 | 0 | 0 | 1 | NothingHeld            | No flag and no window keeps a device back.
        by the flag              | 2 | 0 | 0 | 1 | FeatureFlagOff         | Flag gate is not on for 2 devices.
        by a window, too         | 2 | 3 | 0 | 1 | WindowShut             | 3 devices wait for a maintenance window: night.
        of some unknown          | 2 | 0 | 4 | 1 | FeatureFlagUnreachable | Of 4 devices the flag says nothing: away
        nobody knows of anybody  | 0 | 0 | 0 | 0 | FeatureFlagUnreachable | away
        """)
    void itIsSaidWhoIsKeptBackAndWhy(
            String what, int byFlag, int byWindow, int unknown, int on, String reason, String message) {
        Instant opensAt = byWindow == 0 ? null : OPENS;
        Held held = new Held(byFlag, byWindow, unknown, on, byFlag, 1 + unknown, "away", opensAt, "night");

        Gates gates = Gating.gates(spec("gate"), held);

        assertThat(gates.holding().reason()).isEqualTo(reason);
        assertThat(gates.holding().message()).isEqualTo(message);
        assertThat(gates.holding().opensAt()).isEqualTo(opensAt);
    }

    private static RolloutSpec spec(@Nullable String flag) {
        return RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("base"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .steps(List.of(StepBuilder.builder().name("all").percent(100).build()))
                .featureFlag(flag == null ? null : new RolloutSpec.FeatureFlag(flag))
                .build();
    }
}
