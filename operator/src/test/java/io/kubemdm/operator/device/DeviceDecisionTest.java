package io.kubemdm.operator.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Platform;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.DeviceSpecBuilder;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.operator.device.DeviceDecision.Declared;
import io.kubemdm.operator.device.DeviceDecision.Enrolled;
import io.kubemdm.operator.device.DeviceDecision.Grant;
import io.kubemdm.operator.device.DeviceDecision.Input;
import io.kubemdm.operator.device.DeviceDecision.Order;
import io.kubemdm.operator.device.StoodDecision.Revoked;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeviceDecisionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant ENROLLED_AT = NOW.minusSeconds(3600);
    private static final PolicyRef V1 = new PolicyRef("base", "1.0.0", "sha256:1");
    private static final PolicyRef V2 = new PolicyRef("base", "2.0.0", "sha256:2");
    private static final PolicyRef OTHER = new PolicyRef("vpn", "1.0.0", "sha256:3");
    private static final Declared OBJECT = new Declared("uid", 3, Map.of("ring", "a"));
    private static final Revoked NOTHING = new Revoked(Set.of(), Set.of());
    private static final Enrolled ENROLLED = new Enrolled(1, 0, ENROLLED_AT);

    @Test
    void nothingIsSaidWhenNothingChanged() {
        DeviceDecision decision = decide(OBJECT, ENROLLED, order(1, 4, 300, V1), List.of(grant(V1)), Set.of());
        assertThat(decision).isEqualTo(new DeviceDecision(false, null, null, null, false, null));
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

    @Test
    void aRevocationIsSignedOnceAndNeverMovesBack() {
        DeviceSpec spec = spec(Lifecycle.Active, "2026-06-01T11:30:00Z");
        assertThat(revocation(spec, null)).isEqualTo(Instant.parse("2026-06-01T11:30:00Z"));
        assertThat(revocation(spec, Instant.parse("2026-06-01T11:30:00Z"))).isNull();
        assertThat(revocation(spec, NOW)).isNull();
    }

    @Test
    void retirementVoidsWhatThisEnrolmentWasGivenOnce() {
        DeviceSpec spec = spec(Lifecycle.Retired, null);
        assertThat(revocation(spec, null)).isEqualTo(NOW);
        assertThat(revocation(spec, ENROLLED_AT.minusSeconds(1))).isEqualTo(NOW);
        assertThat(revocation(spec, NOW.minusSeconds(60))).isNull();
    }

    @Test
    void aLostDeviceIsLockedOncePerEnrolmentWhenOrdersCanReachIt() {
        assertThat(locks(Lifecycle.Lost, ENROLLED, false)).isTrue();
        assertThat(locks(Lifecycle.Lost, ENROLLED, true)).isFalse();
        assertThat(locks(Lifecycle.Lost, null, false)).isFalse();
        assertThat(locks(Lifecycle.Active, ENROLLED, false)).isFalse();
    }

    @Test
    void anOfflineLeaseIsOrderedAlsoWithoutPolicyAndAnewWhenItChanges() {
        Order week = new Order(1, 1, List.of(), 300, Duration.ofDays(7).toSeconds());
        assertThat(leased("7d", null)).isEqualTo(week);
        assertThat(leased("7d", week)).isNull();
        assertThat(leased("1d", week))
                .isEqualTo(new Order(1, 2, List.of(), 300, Duration.ofDays(1).toSeconds()));
        assertThat(leased(null, week)).isEqualTo(order(1, 2, 300));
        assertThat(leased(null, null)).isNull();
    }

    @Test
    void a_person_confines_beside_policies_and_until_a_time() {
        String later = NOW.plusSeconds(60).toString();
        assertThat(confined(null, false, null)).isNull();
        assertThat(confined(null, true, null)).isEqualTo(quarantined(1, true));
        assertThat(confined(new DeviceSpec.Quarantine("x", null), false, null)).isEqualTo(quarantined(1, true));
        assertThat(confined(new DeviceSpec.Quarantine("x", later), false, null)).isEqualTo(quarantined(1, true));
        assertThat(confined(new DeviceSpec.Quarantine("x", later), false, quarantined(1, true)))
                .isNull();
        // One of the two is over: the other still holds it.
        assertThat(confined(null, true, quarantined(1, true))).isNull();
        assertThat(confined(new DeviceSpec.Quarantine("x", NOW.toString()), true, quarantined(1, true)))
                .isNull();
        // Both are over.
        assertThat(confined(new DeviceSpec.Quarantine("x", NOW.toString()), false, quarantined(1, true)))
                .isEqualTo(quarantined(2, false));
        assertThat(confined(null, false, quarantined(1, true))).isEqualTo(quarantined(2, false));
    }

    @Test
    void a_persons_quarantine_is_looked_at_again_when_it_ends() {
        assertThat(look(new DeviceSpec.Quarantine("x", null))).isNull();
        assertThat(look(new DeviceSpec.Quarantine("x", NOW.plusSeconds(60).toString())))
                .isEqualTo(NOW.plusSeconds(60));
        assertThat(look(new DeviceSpec.Quarantine("x", NOW.minusSeconds(60).toString())))
                .isNull();
    }

    private static @Nullable Instant look(DeviceSpec.Quarantine persons) {
        return DeviceDecision.decide(confining(persons, false, null)).lookAgain();
    }

    private static @Nullable Order confined(
            DeviceSpec.@Nullable Quarantine persons, boolean policies, @Nullable Order issued) {
        return DeviceDecision.decide(confining(persons, policies, issued)).order();
    }

    private static Input confining(DeviceSpec.@Nullable Quarantine persons, boolean policies, @Nullable Order issued) {
        DeviceSpec spec = DeviceSpecBuilder.builder(spec(Lifecycle.Active, null))
                .quarantine(persons)
                .build();
        return new Input(
                spec,
                OBJECT,
                OBJECT,
                ENROLLED,
                issued,
                StoodDecision.NONE,
                List.of(),
                NOTHING,
                null,
                false,
                policies,
                NOW);
    }

    private static Order quarantined(long seq, boolean quarantined) {
        return new Order(ENROLLED.epoch(), seq, List.of(), 300, null, quarantined);
    }

    private static @Nullable Order leased(@Nullable String lockAfter, @Nullable Order issued) {
        DeviceSpec spec = DeviceSpecBuilder.builder(spec(Lifecycle.Active, null))
                .offlineLease(lockAfter == null ? null : new DeviceSpec.OfflineLease(lockAfter, null))
                .build();
        return DeviceDecision.decide(new Input(
                        spec,
                        OBJECT,
                        OBJECT,
                        ENROLLED,
                        issued,
                        StoodDecision.NONE,
                        List.of(),
                        NOTHING,
                        null,
                        false,
                        false,
                        NOW))
                .order();
    }

    private static boolean locks(Lifecycle lifecycle, @Nullable Enrolled enrolled, boolean asked) {
        return DeviceDecision.decide(new Input(
                        spec(lifecycle, null),
                        OBJECT,
                        OBJECT,
                        enrolled,
                        null,
                        StoodDecision.NONE,
                        List.of(),
                        NOTHING,
                        null,
                        asked,
                        false,
                        NOW))
                .lock();
    }

    private static @Nullable Instant revocation(DeviceSpec spec, @Nullable Instant standing) {
        DeviceDecision decision = DeviceDecision.decide(new Input(
                spec,
                OBJECT,
                OBJECT,
                ENROLLED,
                null,
                StoodDecision.NONE,
                List.of(grant(V1)),
                NOTHING,
                standing,
                false,
                false,
                NOW));
        return decision.revocation() == null ? null : decision.revocation().before();
    }

    private static DeviceDecision decide(
            @Nullable Declared has,
            @Nullable Enrolled enrolled,
            @Nullable Order issued,
            List<Grant> grants,
            Set<String> revoked) {
        return DeviceDecision.decide(new Input(
                spec(Lifecycle.Active, null),
                OBJECT,
                has,
                enrolled,
                issued,
                StoodDecision.NONE,
                grants,
                new Revoked(revoked, Set.of()),
                null,
                false,
                false,
                NOW));
    }

    static DeviceSpec active() {
        return spec(Lifecycle.Active, null);
    }

    private static DeviceSpec spec(Lifecycle lifecycle, @Nullable String revoke) {
        return DeviceSpecBuilder.builder()
                .platform(Platform.Linux)
                .lifecycle(lifecycle)
                .revokeCertificatesBefore(revoke)
                .build();
    }

    private static Grant grant(PolicyRef ref) {
        return new Grant(ref, false, 300);
    }

    private static Order order(long epoch, long seq, int heartbeat, PolicyRef... refs) {
        return new Order(epoch, seq, List.of(refs), heartbeat, null);
    }
}
