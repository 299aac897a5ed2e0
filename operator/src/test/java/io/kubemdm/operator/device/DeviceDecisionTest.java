package io.kubemdm.operator.device;

import static io.kubemdm.operator.device.Situation.ENROLLED;
import static io.kubemdm.operator.device.Situation.NOW;
import static io.kubemdm.operator.device.Situation.OBJECT;
import static io.kubemdm.operator.device.Situation.OTHER;
import static io.kubemdm.operator.device.Situation.V1;
import static io.kubemdm.operator.device.Situation.V2;
import static io.kubemdm.operator.device.Situation.grant;
import static io.kubemdm.operator.device.Situation.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.device.DeviceDecision.Declared;
import io.kubemdm.operator.device.DeviceDecision.Enrolled;
import io.kubemdm.operator.device.DeviceDecision.Grant;
import io.kubemdm.operator.device.DeviceDecision.Order;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a device is ordered of what rollouts grant, and what the engine is told of its object. */
class DeviceDecisionTest {

    @Test
    void nothingIsSaidWhenNothingChanged() {
        DeviceDecision decision = decide(OBJECT, ENROLLED, order(1, 4, 300, V1), List.of(grant(V1)), Set.of());
        assertThat(decision).isEqualTo(new DeviceDecision(false, null, null, null, null, false, null));
    }

    @Test
    void aNewGenerationAnotherLabelAndAnotherObjectAreDeclared() {
        assertThat(decide(null, null, null, List.of(), Set.of()).declare()).isTrue();
        assertThat(decide(new Declared("uid", 2, OBJECT.labels()), null, null, List.of(), Set.of())
                        .declare())
                .isTrue();
        assertThat(decide(new Declared("uid", 3, Map.of()), null, null, List.of(), Set.of())
                        .declare())
                .isTrue();
        assertThat(decide(new Declared("former", 3, OBJECT.labels()), null, null, List.of(), Set.of())
                        .declare())
                .as("same generation of an object that was deleted")
                .isTrue();
    }

    @Test
    void theHighestGrantedVersionWins() {
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, V1), List.of(grant(V2), grant(V1)), Set.of())
                        .order())
                .isEqualTo(order(1, 5, 300, V2));
    }

    @Test
    void onlyAnOrderThatBringsAVersionMayWaitForItsTurn() {
        Order first = order(1, 4, 300, V1);
        assertThat(decide(OBJECT, ENROLLED, first, List.of(grant(V2), grant(V1)), Set.of())
                        .brings())
                .containsExactly(V2);
        assertThat(decide(OBJECT, ENROLLED, first, List.of(new Grant(V1, true, 300)), Set.of())
                        .brings())
                .as("a line is removed")
                .isEmpty();
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, V2), List.of(grant(V1)), Set.of(V2.digest()))
                        .brings())
                .as("going back")
                .isNull();
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, OTHER, V2), List.of(), Set.of(V2.digest()))
                        .brings())
                .as("taken off")
                .isNull();
        assertThat(decide(OBJECT, ENROLLED, null, List.of(grant(V1)), Set.of()).brings())
                .as("the first order of an enrolment")
                .isNull();
        assertThat(decide(OBJECT, ENROLLED, first, List.of(new Grant(V1, false, 300, true)), Set.of())
                        .brings())
                .as("further signatures")
                .isNull();
        assertThat(new Situation(Situation.active())
                        .issued(first)
                        .granted(List.of(grant(V2)))
                        .confined(true)
                        .decide()
                        .brings())
                .as("quarantine, with a version beside it")
                .isNull();
    }

    @Test
    void withoutItsOrderADecisionSaysTheRest() {
        DeviceDecision decision = decide(null, ENROLLED, order(1, 4, 300, V1), List.of(grant(V2), grant(V1)), Set.of());
        assertThat(decision.stood()).isNotNull();
        assertThat(decision.withoutOrder()).isEqualTo(new DeviceDecision(true, null, null, null, null, false, null));
    }

    @Test
    void withoutAGrantTheLastOrderStands() {
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, V1), List.of(), Set.of())
                        .order())
                .isNull();
    }

    @Test
    void whatIsRevokedFallsBackToWhatIsStillGranted() {
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, V2), List.of(grant(V1)), Set.of(V2.digest()))
                        .order())
                .isEqualTo(order(1, 5, 300, V1));
    }

    @Test
    void whatIsRevokedAndNotReplacedIsTakenOff() {
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, OTHER, V2), List.of(), Set.of(V2.digest()))
                        .order())
                .isEqualTo(order(1, 5, 300, OTHER));
    }

    @Test
    void aRetirementOfTheSameOrAHigherVersionRemovesTheLine() {
        Grant retire = new Grant(V2, true, 300);
        assertThat(decide(OBJECT, ENROLLED, order(1, 4, 300, V2), List.of(grant(V2), retire), Set.of())
                        .order())
                .isEqualTo(order(1, 5, 300));
    }

    @Test
    void linesAreSortedAndTheShortestHeartbeatCounts() {
        assertThat(decide(
                                OBJECT,
                                ENROLLED,
                                null,
                                List.of(new Grant(OTHER, false, 60), new Grant(V1, false, 600)),
                                Set.of())
                        .order())
                .isEqualTo(order(1, 1, 60, V1, OTHER));
    }

    @Test
    void anotherEnrolmentIsOrderedAnewFromOne() {
        assertThat(decide(OBJECT, new Enrolled(2, 0, NOW), order(1, 9, 300, V1), List.of(grant(V1)), Set.of())
                        .order())
                .isEqualTo(order(2, 1, 300, V1));
    }

    @Test
    void theCounterIsAboveWhatTheEngineKnowsThoughTheOrderIsLost() {
        assertThat(decide(OBJECT, new Enrolled(1, 7, NOW), null, List.of(grant(V1)), Set.of())
                        .order())
                .isEqualTo(order(1, 8, 300, V1));
    }

    @Test
    void aDeviceWithoutPolicyOrEnrolmentIsOrderedNothing() {
        assertThat(decide(OBJECT, ENROLLED, null, List.of(), Set.of()).order()).isNull();
        assertThat(decide(OBJECT, null, null, List.of(grant(V1)), Set.of()).order())
                .isNull();
    }

    private static DeviceDecision decide(
            @Nullable Declared has,
            @Nullable Enrolled enrolled,
            @Nullable Order issued,
            List<Grant> grants,
            Set<String> revoked) {
        return new Situation(Situation.active())
                .known(has)
                .enrolled(enrolled)
                .issued(issued)
                .granted(grants)
                .revoked(revoked)
                .decide();
    }
}
