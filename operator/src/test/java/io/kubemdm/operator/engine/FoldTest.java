package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.Reports.DEVICE;
import static io.kubemdm.operator.engine.Reports.KEY;
import static io.kubemdm.operator.engine.Reports.agent;
import static io.kubemdm.operator.engine.Reports.enrolled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.audit.EventChain;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FoldTest {

    @Test
    void a_new_life_keeps_only_what_people_want() {
        History history = new History()
                .told(List.of(
                        Reports.declared("u", 3, "canary"),
                        enrolled(1),
                        Reports.opened(1, 5, "sha256:first-1"),
                        Reports.assigned(1, 2),
                        agent(1, 4, 4, Reports.reported("baseline", "1.0.2", State.Applied, 2)),
                        Reports.requested(1, "lock-1", 1),
                        enrolled(2)));

        DeviceState state = history.state();
        assertThat(state.epoch()).isEqualTo(2);
        assertThat(state.sequence()).isEqualTo(7);
        assertThat(Objects.requireNonNull(state.declared()).generation()).isEqualTo(3);
        assertThat(state.connection()).isNull();
        assertThat(state.assigned()).isNull();
        assertThat(state.policies()).isEmpty();
        assertThat(state.commands()).isEmpty();
        assertThat(state.processed()).isEqualTo(MessageId.NONE);
    }

    @Test
    void a_command_signed_again_forgets_the_refusal_and_keeps_its_beginning() {
        History history = new History()
                .told(List.of(
                        enrolled(1),
                        Reports.requested(1, "lock-1", 1),
                        Reports.delivered(1, "lock-1", 1),
                        agent(1, 1, 1, Reports.acknowledged("lock-1", 1, Refusal.StaleSeq, 8))));
        DeviceState.Command refused = command(history, "lock-1");
        history.tell(Reports.requested(1, "lock-1", 9));
        DeviceState.Command again = command(history, "lock-1");

        assertThat(refused.refusal()).isEqualTo(Refusal.StaleSeq);
        assertThat(refused.have()).isEqualTo(8);
        assertThat(refused.acknowledgedAt()).isNull();
        assertThat(again.seq()).isEqualTo(9);
        assertThat(again.refusal()).isNull();
        assertThat(again.issuedAt()).isEqualTo(refused.issuedAt());
        assertThat(again.deliveredAt()).isEqualTo(refused.deliveredAt());
    }

    @Test
    void eight_ended_commands_are_remembered_the_oldest_goes() {
        History history = new History().told(List.of(enrolled(1)));
        for (int i = 1; i <= 10; i++) {
            history.tell(Reports.requested(1, "c-" + i, i));
            history.tell(agent(1, 1, i, Reports.receipt(KEY, DEVICE, "c-" + i, 1, i)));
        }
        history.tell(Reports.requested(1, "open", 11));

        assertThat(history.state().commands())
                .containsOnlyKeys("c-3", "c-4", "c-5", "c-6", "c-7", "c-8", "c-9", "c-10", "open");
    }

    @Test
    void a_new_session_does_not_restart_the_time_online() {
        History history = new History().told(List.of(enrolled(1), Reports.opened(1, 1, "sha256:first-1")));
        Instant since = connection(history).since();
        history.tell(Reports.opened(1, 2, "sha256:first-1"));

        assertThat(connection(history).since()).isEqualTo(since);
        assertThat(connection(history).session()).isEqualTo(2);

        history.tell(Reports.closed(1, 2));
        assertThat(connection(history).reach()).isEqualTo(Reach.Offline);
        assertThat(connection(history).since()).isAfter(since);
    }

    @Test
    void a_line_too_many_pushes_out_one_that_was_undone() {
        History history = new History().told(List.of(enrolled(1)));
        for (int i = 1; i <= Bounds.POLICIES; i++) {
            history.tell(agent(1, 1, i, Reports.reported("line-" + i, "1.0.0", State.Applied, 1)));
        }
        Verdict full = history.tell(agent(1, 2, 1, Reports.reported("more", "1.0.0", State.Applied, 1)));
        history.tell(agent(1, 2, 2, Reports.reported("line-7", "1.0.0", State.Removed, 1)));
        Verdict fits = history.tell(agent(1, 2, 3, Reports.reported("more", "1.0.0", State.Applied, 1)));

        assertThat(full).isInstanceOf(Verdict.Refused.class);
        assertThat(fits).isInstanceOf(Verdict.Transitions.class);
        assertThat(history.state().policies())
                .hasSize(Bounds.POLICIES)
                .containsKey("more")
                .doesNotContainKey("line-7");
    }

    @Test
    void what_people_read_is_cut() {
        History history = new History().told(List.of(enrolled(1)));
        history.tell(agent(
                1,
                1,
                1,
                new PolicyReported(
                        Reports.policy("p", "1.0.0"), State.Failed, 1, "R".repeat(9_000), "m".repeat(9_000))));

        DeviceState.Policy policy =
                Objects.requireNonNull(history.state().policies().get("p"));
        assertThat(policy.message()).hasSize(Bounds.MESSAGE).endsWith("…");
        assertThat(policy.reason()).hasSize(Bounds.NAME);
    }

    @Test
    void a_history_does_not_begin_in_its_middle() {
        EventRecord middle = new EventRecord(
                DEVICE, 7, 1, Reports.T0, MessageId.NONE, EventChain.GENESIS, null, new DeviceEvent.Silenced());

        assertThat(Fold.begins(middle)).isFalse();
        assertThatThrownBy(() -> Fold.evolve(null, middle)).hasMessageContaining("no history begins");
    }

    private static DeviceState.Command command(History history, String id) {
        return Objects.requireNonNull(history.state().commands().get(id));
    }

    private static DeviceState.Connection connection(History history) {
        return Objects.requireNonNull(history.state().connection());
    }
}
