package io.kubemdm.operator.engine.compliance;

import io.kubemdm.operator.engine.compliance.LineDecision.Bundle;
import io.kubemdm.operator.engine.compliance.LineDecision.Enforcement;
import io.kubemdm.operator.engine.compliance.LineDecision.Step;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.Compliance.Broken;
import io.kubemdm.protocol.state.Compliance.Line;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which non-compliance actions of a line stand: each fires once while the line is out of grace, and is cleared with it. */
final class EscalationDecision {

    /**
     * What stands.
     *
     * @param fired all that stand, in the bundle's order
     * @param news those that fired just now
     * @param cleared those that stand no longer
     */
    record Result(List<String> fired, List<String> news, List<String> cleared) {}

    private EscalationDecision() {}

    /**
     * Decides.
     *
     * @param line with its rules as they are now, and what had fired before
     * @param bundle null when it is not loaded: nothing fires then, and what has fired stands while the line is out of grace
     * @param wasSilent whether the device had been silent before
     */
    static Result decide(Line line, @Nullable Bundle bundle, boolean wasSilent, boolean mayAct, Instant now) {
        List<String> former = new ArrayList<>(line.fired());
        if (bundle == null) {
            boolean stands = line.nonCompliantSince() != null || silence(line) != null;
            return stands ? new Result(line.fired(), List.of(), List.of()) : new Result(List.of(), List.of(), former);
        }
        List<String> fired = new ArrayList<>();
        List<String> news = new ArrayList<>();
        boolean heardAgain = wasSilent && silence(line) == null;
        for (Step step : bundle.actions()) {
            Instant clock = clock(line, bundle, step);
            if (clock == null) {
                continue;
            }
            boolean due = !clock.plus(step.after()).isAfter(now);
            // What only silence had justified ends with it.
            boolean stands = due || !heardAgain || !isQuarantine(step);
            if (former.contains(step.action())) {
                if (stands) {
                    former.remove(step.action());
                    fired.add(step.action());
                }
            } else if (due && mayAct) {
                fired.add(step.action());
                news.add(step.action());
            }
        }
        return new Result(List.copyOf(fired), List.copyOf(news), List.copyOf(former));
    }

    /** When time alone changes the line: grace ends, actions fall due. */
    static Stream<Instant> deadlines(Line line, @Nullable Bundle bundle) {
        Stream<Instant> grace =
                line.rules().values().stream().map(Broken::graceExpiresAt).filter(Objects::nonNull);
        if (bundle == null) {
            return grace;
        }
        List<Instant> due = new ArrayList<>();
        Map<String, Integer> fired = new HashMap<>();
        line.fired().forEach(action -> fired.merge(action, 1, Integer::sum));
        for (Step step : bundle.actions()) {
            Instant clock = clock(line, bundle, step);
            if (clock != null && fired.merge(step.action(), -1, Integer::sum) < 0) {
                due.add(clock.plus(step.after()));
            }
        }
        return Stream.concat(grace, due.stream());
    }

    /** From when a step's {@code after} counts; null while it does not, or never fires on this line. */
    private static @Nullable Instant clock(Line line, Bundle bundle, Step step) {
        boolean acts = bundle.enforcement() == Enforcement.Enforce
                || (bundle.enforcement() == Enforcement.Warn && step.action().equals("Notify"));
        if (!acts) {
            return null;
        }
        Instant facts = line.nonCompliantSince();
        Broken silence = silence(line);
        if (silence == null || !isQuarantine(step)) {
            return facts;
        }
        return facts != null && facts.isBefore(silence.since()) ? facts : silence.since();
    }

    private static @Nullable Broken silence(Line line) {
        return line.rules().get(Compliance.HEARTBEAT);
    }

    private static boolean isQuarantine(Step step) {
        return step.action().equals(ComplianceDecision.QUARANTINE);
    }
}
