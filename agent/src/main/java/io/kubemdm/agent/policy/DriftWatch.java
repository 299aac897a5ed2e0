package io.kubemdm.agent.policy;

import io.kubemdm.agent.driver.Target;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.message.DriftCorrected;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** Looks whether what was set still holds, and puts it back until the {@value Fights#LIMIT}rd fight within an hour. */
final class DriftWatch {

    private static final int MAX_SETTINGS = 16;

    private final Applier applier;
    private final LongSupplier ticks;
    private final Fights fights = new Fights();

    DriftWatch(Applier applier, LongSupplier ticks) {
        this.applier = applier;
        this.ticks = ticks;
    }

    /** What a look found, by line. */
    record Findings(Map<String, TreeSet<String>> corrected, Map<String, Applier.Failure> failed) {}

    Findings check(Effective effective) {
        Findings findings = new Findings(new TreeMap<>(), new TreeMap<>());
        for (Target target : effective.targets()) {
            if (!fights.isGivenUp(target.name()) && !holds(target)) {
                correct(target, effective, findings);
            }
        }
        return findings;
    }

    /** Whether something that the line wants is left as somebody changed it. */
    boolean hasGivenUp(String line, Effective effective) {
        return effective.targets().stream()
                .anyMatch(target -> fights.isGivenUp(target.name())
                        && effective.linesOf(target).contains(line));
    }

    private void correct(Target target, Effective effective, Findings findings) {
        Applier.Failure failure;
        if (fights.again(target.name(), ticks.getAsLong())) {
            failure = applier.correct(target);
            if (failure != null) {
                fights.forgive(target.name());
            }
        } else {
            failure = new Applier.Failure(
                    "DriftRepeated",
                    target.name() + " was changed " + Fights.LIMIT
                            + " times within an hour; left alone until the next order");
        }
        for (String line : effective.linesOf(target)) {
            if (failure == null) {
                TreeSet<String> settings = findings.corrected().computeIfAbsent(line, l -> new TreeSet<>());
                target.settings().stream()
                        .filter(setting -> line.equals(effective.lines().get(setting)))
                        .forEach(settings::add);
            } else {
                findings.failed().put(line, failure);
            }
        }
    }

    private boolean holds(Target target) {
        try {
            return applier.holds(target);
        } catch (StoreFailed e) {
            return false;
        }
    }

    DriftCorrected report(Line line, Set<String> settings) {
        List<String> named = settings.stream().limit(MAX_SETTINGS).toList();
        return new DriftCorrected(line.inForce() == null ? line.wanted() : line.inForce(), named);
    }

    void reset() {
        fights.reset();
    }
}
