package io.kubemdm.operator.device;

import static io.kubemdm.operator.device.Situation.ENROLLED;
import static io.kubemdm.operator.device.Situation.ENROLLED_AT;
import static io.kubemdm.operator.device.Situation.NOW;
import static io.kubemdm.operator.device.Situation.V1;
import static io.kubemdm.operator.device.Situation.grant;
import static io.kubemdm.operator.device.Situation.order;
import static io.kubemdm.operator.device.Situation.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.operator.device.DeviceDecision.Enrolled;
import io.kubemdm.operator.device.DeviceDecision.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people declare of a device beside its policies: lifecycle, revocation, offline lease, quarantine. */
class DeclaredWishesTest {

    @Test
    void aRevocationIsSignedOnceAndNeverMovesBack() {
        DeviceSpec spec = spec(Lifecycle.Active)
                .revokeCertificatesBefore("2026-06-01T11:30:00Z")
                .build();
        assertThat(revocation(spec, null)).isEqualTo(Instant.parse("2026-06-01T11:30:00Z"));
        assertThat(revocation(spec, Instant.parse("2026-06-01T11:30:00Z"))).isNull();
        assertThat(revocation(spec, NOW)).isNull();
    }

    @Test
    void retirementVoidsWhatThisEnrolmentWasGivenOnce() {
        DeviceSpec spec = spec(Lifecycle.Retired).build();
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
        return confining(persons, false).decide().lookAgain();
    }

    private static @Nullable Order confined(
            DeviceSpec.@Nullable Quarantine persons, boolean policies, @Nullable Order issued) {
        return confining(persons, policies).issued(issued).decide().order();
    }

    private static Situation confining(DeviceSpec.@Nullable Quarantine persons, boolean policies) {
        return new Situation(spec(Lifecycle.Active).quarantine(persons).build()).confined(policies);
    }

    private static Order quarantined(long seq, boolean quarantined) {
        return new Order(ENROLLED.epoch(), seq, List.of(), 300, null, quarantined);
    }

    private static @Nullable Order leased(@Nullable String lockAfter, @Nullable Order issued) {
        DeviceSpec.OfflineLease lease = lockAfter == null ? null : new DeviceSpec.OfflineLease(lockAfter, null);
        return new Situation(spec(Lifecycle.Active).offlineLease(lease).build())
                .issued(issued)
                .decide()
                .order();
    }

    private static boolean locks(Lifecycle lifecycle, @Nullable Enrolled enrolled, boolean asked) {
        return new Situation(spec(lifecycle).build())
                .enrolled(enrolled)
                .lockAsked(asked)
                .decide()
                .lock();
    }

    private static @Nullable Instant revocation(DeviceSpec spec, @Nullable Instant standing) {
        DeviceDecision decision = new Situation(spec)
                .granted(List.of(grant(V1)))
                .voidBefore(standing)
                .decide();
        return decision.revocation() == null ? null : decision.revocation().before();
    }
}
