package io.kubemdm.gateway.bridge;

import static io.kubemdm.gateway.bridge.States.enrolled;
import static io.kubemdm.gateway.bridge.States.ref;
import static io.kubemdm.gateway.bridge.States.well;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyLinesTest {

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("all is as assigned", well(), false),
                Arguments.of("nothing is assigned", enrolled().reach(Reach.Online, 1), false),
                Arguments.of("told of another version", well().assigned(ref("base", "1.1.0", 'c')), true),
                Arguments.of(
                        "one line of two is open",
                        well().assigned(ref("base", "1.0.0", 'b'), ref("more", "1.0.0", 'd')),
                        true),
                Arguments.of(
                        "applied and not judged",
                        well().judged(ComplianceState.Unknown, false, "NotJudged", null),
                        true),
                Arguments.of(
                        "its bundle is missing, which is nobody's moment",
                        well().judged(ComplianceState.Unknown, false, "BundlePending", null),
                        false),
                Arguments.of(
                        "told, and away",
                        well().assigned(ref("base", "1.1.0", 'c')).reach(Reach.Offline, 1),
                        false),
                Arguments.of(
                        "told, and silent",
                        well().assigned(ref("base", "1.1.0", 'c')).reach(Reach.Stale, 1),
                        false),
                Arguments.of(
                        "answered that it failed", well().reported(ref("base", "1.0.0", 'b'), State.Failed, 9), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void onlyAConnectedDeviceIsWaitedFor(String what, States states, boolean awaited) {
        assertThat(PolicyLines.awaitsAnswer(states.build())).isEqualTo(awaited);
    }
}
