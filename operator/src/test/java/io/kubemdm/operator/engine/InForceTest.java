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
        assign(10, 1, V1);
        says(20, Reports.reported("baseline", "1.0.0", State.Applied, 1));
        assertThat(tenure()).isEqualTo(new Tenure(at(10), at(20)));

        assign(30, 2, V1);
        says(40, Reports.reported("baseline", "1.0.0", State.Failed, 2));
        says(50, Reports.reported("baseline", "1.0.0", State.Applied, 2));
        assertThat(tenure()).as("another order of the same version changes nothing").isEqualTo(new Tenure(at(10), at(20)));

        assign(60, 3, V2);
        assertThat(tenure()).isEqualTo(new Tenure(at(60), null));

        assign(70, 4);
        assign(80, 5, V1);
        assertThat(tenure())
                .as("the device has it still and need not say so again")
                .isEqualTo(new Tenure(at(80), at(80)));
    }

    @Test
    void aHeartbeatThatDoesNotNameAnAppliedVersionIsBelieved() {
        assign(10, 2, V1);
        says(20, Reports.reported("baseline", "1.0.0", State.Applied, 2));
        beats(30, 2, V1);
        assertThat(said()).isEqualTo("Applied/null");
        beats(40, 1);
        assertThat(said()).as("one under an older order contradicts nothing").isEqualTo("Applied/null");
        beats(50, 2);
        assertThat(said()).isEqualTo("Failed/NotInForce");
        int events = history.records().size();
        beats(60, 2);
        assertThat(history.records()).as("told once").hasSize(events);
        beats(70, 2, V1);
        assertThat(said()).isEqualTo("Applied/null");
        assertThat(tenure()).isEqualTo(new Tenure(at(10), at(20)));
    }

    @Test
    void aHeartbeatSaysNothingOfAVersionThatIsNotAppliedOrNotAssigned() {
        assign(10, 1, V1);
        beats(20, 1);
        says(30, Reports.reported("baseline", "1.0.0", State.Failed, 1));
        beats(40, 1, V1);
        assertThat(said()).isEqualTo("Failed/null");
        says(50, Reports.reported("baseline", "1.0.0", State.Applied, 1));
        assign(60, 2, V2);
        beats(70, 1);
        assertThat(said()).as("it is on its way to another").isEqualTo("Applied/null");
    }

    private void assign(long second, long seq, PolicyRef... refs) {
        tell(second, MessageId.NONE, new DeviceAssigned(seq, List.of(refs), 60));
    }

    private void says(long second, Message report) {
        tell(second, new MessageId(1, ++reports), report);
    }

    private void beats(long second, long seq, PolicyRef... inForce) {
        says(second, new Heartbeat(at(second), seq, List.of(inForce), Map.of()));
    }

    private void tell(long second, MessageId id, Message body) {
        history.tell(Reports.of(DEVICE, 1, id, at(second), body));
    }

    private static Instant at(long second) {
        return T0.plusSeconds(second);
    }

    private @Nullable Tenure tenure() {
        return Objects.requireNonNull(history.state().assigned()).tenures().get("baseline");
    }

    private String said() {
        var line = Objects.requireNonNull(history.state().policies().get("baseline"));
        return line.state() + "/" + line.reason();
    }
}
