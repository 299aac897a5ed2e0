package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.Reports.DEVICE;
import static io.kubemdm.operator.engine.Reports.enrolled;
import static io.kubemdm.operator.engine.Reports.heartbeat;
import static io.kubemdm.operator.engine.Reports.opened;
import static io.kubemdm.operator.engine.Reports.requested;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import java.util.List;

/**
 * A rule as a sentence: given what was told, one more report leads to these events, or to none for this reason.
 *
 * @param then names of events, or {@code ignored:} or {@code refused:} with the reason; of a refusal its beginning
 */
record JudgeCase(String name, List<Envelope<Message>> given, Envelope<Message> when, String then) {

    static final String FIRST = "sha256:first-1";
    static final Envelope<Message> ENROLLED = enrolled(1);
    static final Envelope<Message> ONLINE = opened(1, 5, FIRST);
    static final Envelope<Message> LOCK = requested(1, "lock-1", 3);

    /** Stands for the timer's conclusion, which no report can be. */
    static final Envelope<Message> SILENCE =
            new Envelope<>("silence", "/timer", DEVICE, Reports.T0, 1, MessageId.NONE, null, heartbeat(0));

    static JudgeCase when(String name, List<Envelope<Message>> given, Envelope<Message> when, String then) {
        return new JudgeCase(name, given, when, then);
    }

    /** Tells it all, and looks what the last report led to. */
    void holds() {
        History history = new History();
        for (Envelope<Message> report : given) {
            if (report.id().equals(SILENCE.id())) {
                history.conclude(new io.kubemdm.protocol.event.DeviceEvent.Silenced());
            } else {
                history.tell(report);
            }
        }
        int before = history.events.size();

        Verdict verdict = history.tell(when);

        String told =
                switch (verdict) {
                    case Verdict.Transitions t ->
                        String.join(",", history.eventNames().subList(before, history.events.size()));
                    case Verdict.Ignored ignored -> "ignored: " + ignored.cause();
                    case Verdict.Refused refused -> "refused: " + refused.reason();
                };
        if (verdict instanceof Verdict.Refused) {
            assertThat(told).startsWith(then);
        } else {
            assertThat(told).isEqualTo(then);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
