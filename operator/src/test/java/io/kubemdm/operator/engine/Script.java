package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.Reports.DEVICE;
import static io.kubemdm.operator.engine.Reports.KEY;

import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.util.ArrayList;
import java.util.List;

/** Turns numbers into a life: enrolments, sessions, orders, reports, in an order that services and an agent could produce. */
final class Script {

    /** How many kinds of step there are. */
    static final int KINDS = 16;

    private final List<Envelope<Message>> reports = new ArrayList<>();
    private final List<String> issued = new ArrayList<>();
    private long epoch;
    private long boot = 1;
    private long n;
    private long session;
    private long desiredSeq;
    private long commandSeq;
    private long generation;

    private Script() {}

    static List<Envelope<Message>> of(List<Integer> steps) {
        Script script = new Script();
        steps.forEach(script::step);
        return script.reports;
    }

    private void step(int kind) {
        if (epoch == 0 && kind > 1) {
            enrol();
        }
        switch (kind) {
            case 0 -> enrol();
            case 1 -> reports.add(Reports.declared("u", ++generation, "ring-" + generation % 3));
            case 2 -> reports.add(Reports.opened(epoch, ++session, "sha256:first-" + epoch));
            case 3 -> reports.add(Reports.closed(epoch, session));
            case 4 -> say(Reports.heartbeat((int) (n % 5) * 40));
            case 5 -> say(Reports.reported("baseline", "1.0." + desiredSeq, State.Applied, desiredSeq));
            case 6 -> say(Reports.reported("line-" + n, "1.0." + desiredSeq, State.Failed, desiredSeq));
            case 7 -> say(Reports.reported("line-" + (n - 3), "1.0." + desiredSeq, State.Removed, desiredSeq));
            case 8 -> say(Reports.drift());
            case 9 -> reports.add(Reports.assigned(epoch, ++desiredSeq));
            case 10 -> issue("lock-" + epoch + "-" + (commandSeq + 1));
            case 11 -> last(Reports.delivered(epoch, lastCommand(), commandSeq));
            case 12 -> answer(Refusal.StaleSeq, commandSeq + 5);
            case 13 -> answer(null, commandSeq);
            case 14 -> {
                if (!issued.isEmpty()) {
                    say(Reports.receipt(KEY, DEVICE, lastCommand(), epoch, commandSeq));
                }
            }
            default -> restart();
        }
    }

    private void enrol() {
        epoch++;
        boot = 1;
        n = 0;
        session = 0;
        desiredSeq = 0;
        commandSeq = 0;
        issued.clear();
        reports.add(Reports.enrolled(epoch));
    }

    private void restart() {
        boot++;
        n = 0;
        last(Reports.cancelled(epoch, lastCommand()));
    }

    private void say(Message body) {
        reports.add(Reports.agent(epoch, boot, ++n, body));
    }

    private void issue(String id) {
        issued.add(id);
        reports.add(Reports.requested(epoch, id, ++commandSeq));
    }

    private void answer(@org.jspecify.annotations.Nullable Refusal refusal, long have) {
        if (!issued.isEmpty()) {
            say(Reports.acknowledged(lastCommand(), commandSeq, refusal, have));
            if (refusal != null) {
                commandSeq = have;
                reports.add(Reports.requested(epoch, lastCommand(), ++commandSeq));
            }
        }
    }

    private void last(Envelope<Message> report) {
        if (!issued.isEmpty()) {
            reports.add(report);
        }
    }

    private String lastCommand() {
        return issued.isEmpty() ? "none" : issued.getLast();
    }
}
