package io.kubemdm.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.fleet.KnownDevice.Assigned;
import io.kubemdm.operator.fleet.KnownDevice.Line;
import io.kubemdm.operator.fleet.KnownDevice.Verdict;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where an admitted device stands; times are seconds, the bundle is assigned at 100 and may take an hour. */
class FootingTest {

    private static final PolicyRef OLD = new PolicyRef("base", "1.0.0", "sha256:1");
    private static final PolicyRef NEW = new PolicyRef("base", "2.0.0", "sha256:2");
    private static final PolicyRef RENDERED_AGAIN = new PolicyRef("base", "2.0.0", "sha256:3");

    private @Nullable Assigned assigned = new Assigned(NEW, at(100), null);
    private @Nullable Line said = new Line(OLD, State.Applied, at(0), null, null, OLD);
    private boolean online = true;
    private long onlineSince;
    private Duration waited = Duration.ZERO;
    private Map<String, Verdict> verdicts = Map.of();

    @Test
    void aDeviceThatHasNotAnsweredIsPendingUntilItsOwnTimeIsUp() {
        assertThat(admitted(200)).isEqualTo(new Footing(Standing.PENDING, at(3700)));
        assertThat(admitted(3699).standing()).isEqualTo(Standing.PENDING);
        assertThat(admitted(3700)).isEqualTo(new Footing(Standing.TIMED_OUT, null));
    }

    @Test
    void itsTimeRunsFromWhenItCameBackAndNotWhileItIsAway() {
        online = false;
        assertThat(admitted(99_999)).isEqualTo(new Footing(Standing.OFFLINE, null));
        online = true;
        onlineSince = 90_000;
        assertThat(admitted(91_000)).isEqualTo(new Footing(Standing.PENDING, at(93_600)));
    }

    @Test
    void sessionsThatAreOverCountForItsTime() {
        onlineSince = 90_000;
        waited = Duration.ofMinutes(50);
        assertThat(admitted(90_599)).isEqualTo(new Footing(Standing.PENDING, at(90_600)));
        assertThat(admitted(90_600)).isEqualTo(new Footing(Standing.TIMED_OUT, null));
        waited = Duration.ofHours(2);
        assertThat(admitted(90_000).standing()).isEqualTo(Standing.TIMED_OUT);
    }

    @Test
    void aDeviceWhoseOrderIsOnTheWayHasAllItsTime() {
        assigned = new Assigned(OLD, at(0), at(1));
        assertThat(admitted(99_999)).isEqualTo(new Footing(Standing.PENDING, null));
    }

    @Test
    void itSucceedsWithThisDigestInForceForLongEnough() {
        applied(NEW, 200);
        assertThat(admitted(205)).isEqualTo(new Footing(Standing.SETTLING, at(210)));
        assertThat(admitted(210)).isEqualTo(new Footing(Standing.SUCCEEDED, null));
    }

    @Test
    void theSameVersionWithOtherContentIsNoAnswer() {
        said = new Line(RENDERED_AGAIN, State.Applied, at(200), null, null, RENDERED_AGAIN);
        assertThat(admitted(300).standing()).isEqualTo(Standing.PENDING);
        said = new Line(RENDERED_AGAIN, State.Failed, at(200), null, null, OLD);
        assertThat(admitted(300).standing()).isEqualTo(Standing.PENDING);
    }

    @Test
    void whatItSaysOfThisDigestCountsByKind() {
        assertThat(saying(State.Failed)).isEqualTo(Standing.FAILED);
        assertThat(saying(State.RolledBack)).isEqualTo(Standing.FAILED);
        assertThat(saying(State.Rejected)).isEqualTo(Standing.REJECTED);
        online = false;
        assertThat(saying(State.Failed)).as("an answer stays one when it goes").isEqualTo(Standing.FAILED);
    }

    @Test
    void aDeviceThatFellBackAfterItsRebootIsNoSuccessAnyMore() {
        applied(NEW, 200);
        assertThat(admitted(300).standing()).isEqualTo(Standing.SUCCEEDED);
        said = new Line(NEW, State.Failed, at(400), "NotInForce", null, null);
        assertThat(admitted(500).standing()).isEqualTo(Standing.REGRESSED);
        said = new Line(OLD, State.Applied, at(600), null, null, OLD);
        assertThat(admitted(700).standing()).isEqualTo(Standing.REGRESSED);
        said = new Line(NEW, State.Applied, at(800), null, null, NEW);
        assertThat(admitted(805).standing()).as("success begins anew").isEqualTo(Standing.SETTLING);
        assertThat(admitted(810).standing()).isEqualTo(Standing.SUCCEEDED);
    }

    @Test
    void becomingNonCompliantWithItIsARegressionAndHavingBeenSoIsNot() {
        applied(NEW, 200);
        verdicts = Map.of(NEW.digest(), new Verdict(ComplianceState.NonCompliant, at(250)));
        assertThat(admitted(300).standing()).isEqualTo(Standing.REGRESSED);
        verdicts = Map.of(NEW.digest(), new Verdict(ComplianceState.NonCompliant, at(150)));
        assertThat(admitted(300).standing()).isEqualTo(Standing.SUCCEEDED);
        verdicts = Map.of(NEW.digest(), new Verdict(ComplianceState.InGracePeriod, null));
        assertThat(admitted(300).standing()).isEqualTo(Standing.SUCCEEDED);
    }

    @Test
    void goingBackIsOverWhenTheDeviceDoesNotHaveItAndIsNotToldTo() {
        applied(NEW, 200);
        assertThat(revoked()).isEqualTo(Standing.RETURNING);
        assigned = new Assigned(OLD, at(300), null);
        assertThat(revoked()).as("told, and has not done it").isEqualTo(Standing.RETURNING);
        said = new Line(OLD, State.Applied, at(400), null, null, OLD);
        assertThat(revoked()).isEqualTo(Standing.ROLLED_BACK);
        assigned = null;
        said = null;
        assertThat(revoked()).as("never had it").isEqualTo(Standing.ROLLED_BACK);
    }

    @Test
    void aDeviceThatRefusesToGoBackIsNotCountedAsBack() {
        assigned = new Assigned(OLD, at(300), null);
        said = new Line(OLD, State.Rejected, at(400), "QuorumMissing", null, NEW);
        assertThat(revoked()).isEqualTo(Standing.RETURNING);
        said = new Line(OLD, State.Rejected, at(400), "QuorumMissing", null, null);
        assertThat(revoked()).as("it had refused both").isEqualTo(Standing.ROLLED_BACK);
    }

    private Standing saying(State state) {
        said = new Line(NEW, state, at(200), null, null, OLD);
        return admitted(300).standing();
    }

    private void applied(PolicyRef ref, long second) {
        said = new Line(ref, State.Applied, at(second), null, null, ref);
        assigned = new Assigned(ref, at(100), at(second));
    }

    private Footing admitted(long second) {
        return Footing.admitted(rollout(), known(), waited, at(second));
    }

    private Standing revoked() {
        return Footing.revoked(rollout(), known()).standing();
    }

    private KnownDevice known() {
        return new SampleDevice(new DeviceId("acme", "d-0"), at(0))
                .online(online, at(onlineSince))
                .assigned(1, at(100), assigned == null ? List.of() : List.of(assigned))
                .says(said == null ? List.of() : List.of(said))
                .judged(verdicts)
                .known();
    }

    private static LiveRollout rollout() {
        return new SampleRollout(NEW, SampleRollout.EVERYBODY)
                .patience(Duration.ofHours(1), Duration.ofSeconds(10))
                .live();
    }

    private static Instant at(long second) {
        return Instant.EPOCH.plusSeconds(second);
    }
}
