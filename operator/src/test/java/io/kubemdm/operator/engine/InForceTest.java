package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.Reports.DEVICE;
import static io.kubemdm.operator.engine.Reports.T0;
import static io.kubemdm.operator.engine.Reports.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.state.DeviceState.Tenure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the engine knows of a version's time on a device, and whom it believes about it. */
class InForceTest {

    private static final PolicyRef V1 = policy("baseline", "1.0.0");
    private static final PolicyRef V2 = new PolicyRef("baseline", "2.0.0", "sha256:" + "2".repeat(64));

    private final History history = new History().told(List.of(Reports.enrolled(1)));
    private long reports;

    @Test
    void aVersionIsAssignedSinceAnOrderFirstNamedItAndAppliedSinceTheDeviceFirstSaidSo() {
        Instant assigned = assign(1, V1);
        Instant applied = says(Reports.reported("baseline", "1.0.0", State.Applied, 1));
        assertThat(tenure()).isEqualTo(new Tenure(assigned, applied));

        assign(2, V1);
        says(Reports.reported("baseline", "1.0.0", State.Failed, 2));
        says(Reports.reported("baseline", "1.0.0", State.Applied, 2));
        assertThat(tenure())
                .as("another order of the same version changes nothing")
                .isEqualTo(new Tenure(assigned, applied));

        Instant other = assign(3, V2);
        assertThat(tenure()).isEqualTo(new Tenure(other, null));

        assign(4);
        Instant again = assign(5, V1);
        assertThat(tenure())
                .as("the device has it still and need not say so again")
                .isEqualTo(new Tenure(again, again));
    }

    @Test
    void aHeartbeatThatDoesNotNameAnAppliedVersionIsBelieved() {
        Instant assigned = assign(2, V1);
        Instant applied = says(Reports.reported("baseline", "1.0.0", State.Applied, 2));
        beats(2, V1);
        assertThat(said()).isEqualTo("Applied/null");
        beats(1);
        assertThat(said()).as("one under an older order contradicts nothing").isEqualTo("Applied/null");
        beats(2);
        assertThat(said()).isEqualTo("Failed/NotInForce");
        int events = history.events.size();
        beats(2);
        assertThat(history.events).as("told once").hasSize(events);
        beats(2, V1);
        assertThat(said()).isEqualTo("Applied/null");
        assertThat(tenure()).isEqualTo(new Tenure(assigned, applied));
    }

    @Test
    void aHeartbeatSaysNothingOfAVersionThatIsNotAppliedOrNotAssigned() {
        assign(1, V1);
        beats(1);
        says(Reports.reported("baseline", "1.0.0", State.Failed, 1));
        beats(1, V1);
        assertThat(said()).isEqualTo("Failed/null");
        says(Reports.reported("baseline", "1.0.0", State.Applied, 1));
        assign(2, V2);
        beats(1);
        assertThat(said()).as("it is on its way to another").isEqualTo("Applied/null");
    }

    /** What a device refuses leaves in force what was. */
    @Test
    void whatIsInForceIsWhatWasLastAppliedAndNotLost() {
        assertThat(inForceAfter(V1, State.Applied)).isEqualTo(V1);
        assertThat(inForceAfter(V2, State.Rejected)).isEqualTo(V1);
        assertThat(inForceAfter(V2, State.RolledBack)).isEqualTo(V1);
        assertThat(inForceAfter(V2, State.Failed)).isEqualTo(V1);
        assertThat(inForceAfter(V2, State.Applied)).isEqualTo(V2);
        assertThat(inForceAfter(V2, State.Failed)).as("it had it, and lost it").isNull();
        assertThat(inForceAfter(V1, State.Applied)).isEqualTo(V1);
        assertThat(inForceAfter(V1, State.Removed)).isNull();
    }

    private @Nullable PolicyRef inForceAfter(PolicyRef ref, State state) {
        says(new PolicyReported(ref, state, 0, null, null));
        return Objects.requireNonNull(history.state().policies().get("baseline"))
                .inForce();
    }

    private Instant assign(long seq, PolicyRef... refs) {
        return tell(MessageId.NONE, new DeviceAssigned(seq, List.of(refs), 60));
    }

    private Instant says(Message report) {
        return tell(new MessageId(1, ++reports), report);
    }

    private void beats(long seq, PolicyRef... inForce) {
        says(new Heartbeat(T0, seq, List.of(inForce), Map.of()));
    }

    /** When the event that it leads to happened. */
    private Instant tell(MessageId id, Message body) {
        history.tell(Reports.of(DEVICE, 1, id, T0, body));
        return history.state().changedAt();
    }

    private @Nullable Tenure tenure() {
        return Objects.requireNonNull(history.state().assigned()).tenures().get("baseline");
    }

    private String said() {
        var line = Objects.requireNonNull(history.state().policies().get("baseline"));
        return line.state() + "/" + line.reason();
    }
}
