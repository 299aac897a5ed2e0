package io.kubemdm.operator.engine;

import io.kubemdm.protocol.event.DeviceEvent;
import java.util.ArrayList;
import java.util.List;

/** What a report comes to. */
public sealed interface Verdict {

    /** It changed something: the events, in order, at least one. */
    record Transitions(List<DeviceEvent> events) implements Verdict {
        public Transitions {
            events = List.copyOf(events);
        }
    }

    /** It was understood and says nothing new. */
    record Ignored(Cause cause) implements Verdict {}

    /**
     * It cannot be judged and is kept as a dead letter.
     *
     * @param reason a sentence
     */
    record Refused(String reason) implements Verdict {}

    /** Why a report says nothing new; also the metric's label. */
    enum Cause {
        /** Its message, enrolment, order or session has been judged before. */
        Repeat,
        /** It belongs to an enrolment that is over. */
        OlderEpoch,
        /** It belongs to a session that is not the latest. */
        OlderSession,
        /** What it says is already so. */
        Unchanged,
        /** The command it speaks of is over or no longer remembered. */
        UnknownCommand
    }

    /** These events, or {@code Unchanged} when there is none. */
    static Verdict of(List<DeviceEvent> events) {
        return events.isEmpty() ? new Ignored(Cause.Unchanged) : new Transitions(events);
    }

    /** This one event. */
    static Verdict of(DeviceEvent event) {
        return new Transitions(List.of(event));
    }

    /** This verdict, preceded by {@code first}; a refusal stays one. */
    default Verdict after(List<DeviceEvent> first) {
        if (first.isEmpty()) {
            return this;
        }
        return switch (this) {
            case Transitions transitions -> {
                List<DeviceEvent> all = new ArrayList<>(first);
                all.addAll(transitions.events());
                yield new Transitions(all);
            }
            case Ignored ignored -> new Transitions(first);
            case Refused refused -> refused;
        };
    }
}
