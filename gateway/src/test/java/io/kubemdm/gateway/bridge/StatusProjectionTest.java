package io.kubemdm.gateway.bridge;

import static io.kubemdm.gateway.bridge.States.T0;
import static io.kubemdm.gateway.bridge.States.enrolled;
import static io.kubemdm.gateway.bridge.States.ref;
import static io.kubemdm.gateway.bridge.States.well;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.device.ComplianceState;
import io.kubemdm.crds.device.DevicePhase;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.crds.device.PolicyState;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusProjectionTest {

    private static final Instant NOW = T0.plusSeconds(500);

    static Stream<Arguments> readiness() {
        return Stream.of(
                Arguments.of("all is well", well(), "True", "AllWell"),
                Arguments.of("nothing assigned is well, too", enrolled().reach(Reach.Online, 1), "True", "AllWell"),
                Arguments.of("never connected", enrolled(), "Unknown", "NeverConnected"),
                Arguments.of("silent", well().reach(Reach.Stale, 1), "False", "Stale"),
                Arguments.of("gone", well().reach(Reach.Offline, 1), "False", "Offline"),
                Arguments.of(
                        "another version is wanted", well().assigned(ref("base", "1.1.0", 'c')), "False", "Pending"),
                Arguments.of(
                        "the device gives its own reason",
                        well().reported(ref("base", "1.0.0", 'b'), State.Failed, 9, "PathNotAllowed"),
                        "False",
                        "PathNotAllowed"),
                Arguments.of(
                        "rejected without a reason",
                        well().reported(ref("base", "1.0.0", 'b'), State.Rejected, 9),
                        "False",
                        "Rejected"),
                Arguments.of(
                        "an unusable reason is replaced",
                        well().reported(ref("base", "1.0.0", 'b'), State.RolledBack, 9, "not CamelCase"),
                        "False",
                        "RolledBack"),
                Arguments.of(
                        "quarantined by a person",
                        well().declared(1, "{\"quarantine\":{\"reason\":\"lost badge\"}}"),
                        "False",
                        "Quarantined"),
                Arguments.of("being wiped", well().command(CommandType.SelectiveWipe, null), "False", "Wiping"),
                Arguments.of("two holders", well().conflict("counter 9 seen twice"), "False", "Conflict"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void readiness(String name, States state, String value, String reason) {
        Condition ready = condition(project(state.build()), "Ready");

        assertThat(ready.status()).hasToString(value);
        assertThat(ready.reason()).isEqualTo(reason);
    }

    static Stream<Arguments> phases() {
        Receipt.Outcome done = Receipt.Outcome.Completed;
        return Stream.of(
                Arguments.of("enrolled", well(), DevicePhase.Enrolled),
                Arguments.of("a lock is no wipe", well().command(CommandType.Lock, null), DevicePhase.Enrolled),
                Arguments.of("retire under way", well().command(CommandType.Retire, null), DevicePhase.Wiping),
                Arguments.of("retired", well().command(CommandType.Retire, done), DevicePhase.Retired),
                Arguments.of(
                        "declared retired", well().declared(1, "{\"lifecycle\":\"Retired\"}"), DevicePhase.Retired),
                Arguments.of(
                        "a selective wipe leaves the device with us",
                        well().command(CommandType.SelectiveWipe, done),
                        DevicePhase.Enrolled),
                Arguments.of("erased", well().command(CommandType.CryptoErase, done), DevicePhase.Wiped),
                Arguments.of(
                        "a failed wipe is over",
                        well().command(CommandType.FullWipe, Receipt.Outcome.Failed),
                        DevicePhase.Enrolled),
                Arguments.of(
                        "conflict before all",
                        well().command(CommandType.Retire, null).conflict("x"),
                        DevicePhase.Conflict),
                Arguments.of(
                        "quarantine that has ended",
                        well().declared(1, "{\"quarantine\":{\"reason\":\"x\",\"until\":\"2026-01-01T00:00:01Z\"}}"),
                        DevicePhase.Enrolled));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void phases(String name, States state, DevicePhase phase) {
        assertThat(project(state.build()).phase()).isEqualTo(phase);
    }

    @Test
    void wipe_quarantine_and_conflict_are_urgent_and_nothing_else_is() {
        assertThat(urgent(well())).isFalse();
        assertThat(urgent(well().reach(Reach.Offline, 1))).isFalse();
        assertThat(urgent(well().command(CommandType.Retire, null))).isTrue();
        assertThat(urgent(well().conflict("x"))).isTrue();
        assertThat(urgent(well().declared(1, "{\"quarantine\":{\"reason\":\"x\"}}")))
                .isTrue();
    }

    @Test
    void a_quarantine_with_an_end_is_looked_at_again_then() {
        DeviceState state = well().declared(1, "{\"quarantine\":{\"reason\":\"x\",\"until\":\"2026-01-02T00:00:00Z\"}}")
                .build();

        StatusProjection.Projection projection = StatusProjection.project(state, null, NOW);

        assertThat(projection.reviseAt()).isEqualTo("2026-01-02T00:00:00Z");
        assertThat(projection.status().phase()).isEqualTo(DevicePhase.Quarantined);
        assertThat(StatusProjection.project(state, null, projection.reviseAt())
                        .status()
                        .phase())
                .isEqualTo(DevicePhase.Enrolled);
    }

    @Test
    void a_state_is_shown_field_by_field() {
        DeviceStatus status = project(well().skew(-60).build());

        assertThat(status.revision()).isEqualTo(10);
        assertThat(status.enrollmentEpoch()).isEqualTo(1);
        assertThat(status.observedGeneration()).isEqualTo(3);
        assertThat(status.connection().since()).isEqualTo("2026-01-01T00:01:00Z");
        assertThat(status.connection().region()).isEqualTo("local");
        assertThat(status.certificate().notAfter()).isEqualTo("2026-01-02T00:00:00Z");
        assertThat(status.clockSkewSeconds()).isEqualTo(-60);
        assertThat(status.agentVersion()).isEqualTo("1.0");
        assertThat(status.osVersion()).isEqualTo("Debian 12");
        assertThat(status.policies())
                .containsExactly(new DeviceStatus.AppliedPolicy(
                        "base", "1.0.0", "sha256:" + "b".repeat(64), PolicyState.Applied));
        assertThat(status.conditions())
                .extracting(Condition::type)
                .containsExactly("Ready", "Connected", "PolicyApplied", "Compliant", "Quarantined");
        assertThat(status.conditions()).allMatch(each -> each.observedGeneration() == 3);
    }

    @Test
    void without_a_policy_compliance_is_not_applicable() {
        assertThat(project(enrolled().build()).compliance().state()).isEqualTo(ComplianceState.NotApplicable);
        assertThat(condition(project(enrolled().build()), "Compliant").reason()).isEqualTo("NotApplicable");
        assertThat(project(well().build()).compliance().state()).isEqualTo(ComplianceState.Unknown);
    }

    @Test
    void a_line_no_longer_assigned_is_pending_until_the_device_has_removed_it() {
        assertThat(project(well().assigned().build()).policies())
                .extracting(DeviceStatus.AppliedPolicy::state)
                .containsExactly(PolicyState.Pending);
        assertThat(project(well().assigned()
                                .reported(ref("base", "1.0.0", 'b'), State.Removed, 99)
                                .build())
                        .policies())
                .isEmpty();
    }

    @Test
    void lines_that_set_the_same_thing_with_equal_right_are_applied_and_named() {
        Condition applied = condition(
                project(well().reported(ref("base", "1.0.0", 'b'), State.Applied, 95, PolicyReported.CONFLICTING)
                        .build()),
                "PolicyApplied");

        assertThat(applied.status()).isEqualTo(Condition.Status.True);
        assertThat(applied.reason()).isEqualTo("Conflicting");
        assertThat(applied.message()).isEqualTo("Applied, but in conflict: base 1.0.0. why");
    }

    @Test
    void a_transition_time_moves_only_when_the_value_does() {
        DeviceStatus first = project(well().build());

        DeviceStatus sameValue = StatusProjection.project(
                        well().at(20).reach(Reach.Online, 400).build(), first, NOW)
                .status();
        DeviceStatus otherValue = StatusProjection.project(
                        well().at(20).reach(Reach.Offline, 400).build(), first, NOW)
                .status();

        assertThat(condition(sameValue, "Connected").lastTransitionTime())
                .isEqualTo(condition(first, "Connected").lastTransitionTime())
                .isEqualTo("2026-01-01T00:01:00Z");
        assertThat(condition(otherValue, "Connected").lastTransitionTime()).isEqualTo("2026-01-01T00:06:40Z");
    }

    @Test
    void after_a_status_was_deleted_the_same_one_comes_back_whenever_that_is() {
        DeviceState state = well().build();
        DeviceStatus before = project(state);

        assertThat(StatusProjection.project(state, null, NOW.plusSeconds(86_400))
                        .status())
                .isEqualTo(before);
        assertThat(StatusProjection.project(state, before, NOW.plusSeconds(86_400))
                        .status())
                .isEqualTo(before);
    }

    @Test
    void a_device_that_is_only_declared_has_conditions_and_no_connection() {
        DeviceStatus status = project(enrolled().unknown().declared(1, "{}").build());

        assertThat(status.connection()).isNull();
        assertThat(status.certificate()).isNull();
        assertThat(status.clockSkewSeconds()).isNull();
        assertThat(status.conditions()).hasSize(5);
    }

    @Test
    void the_largest_status_is_below_six_kibibytes() {
        States state = well().conflict("x".repeat(600));
        io.kubemdm.protocol.bundle.PolicyRef[] refs = new io.kubemdm.protocol.bundle.PolicyRef[12];
        for (int i = 0; i < refs.length; i++) {
            refs[i] = ref("line-" + i, "1.0." + i, 'd');
        }
        byte[] json = Json.write(project(state.assigned(refs).build()));

        assertThat(json.length).isLessThan(6 << 10);
    }

    private static DeviceStatus project(DeviceState state) {
        return StatusProjection.project(state, null, NOW).status();
    }

    private static boolean urgent(States state) {
        return StatusProjection.project(state.build(), null, NOW).urgent();
    }

    private static Condition condition(DeviceStatus status, String type) {
        List<Condition> found = status.conditions().stream()
                .filter(each -> each.type().equals(type))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
