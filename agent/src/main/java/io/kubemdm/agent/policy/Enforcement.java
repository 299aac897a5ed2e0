package io.kubemdm.agent.policy;

import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sets what all lines together want, and remembers what that is. */
final class Enforcement {

    private final Drivers drivers;
    private final Applier applier;
    private Effective effective = Effective.NOTHING;
    private Map<String, String> notApplicable = Map.of();

    Enforcement(Drivers drivers, Applier applier) {
        this.drivers = drivers;
        this.applier = applier;
    }

    /**
     * Sets this and puts back everything else.
     *
     * @param suspended keys of drivers of which nothing is set
     * @return by line, what failed first
     */
    Map<String, Applier.Failure> apply(Collection<Contribution> contributions, Set<String> suspended) {
        effective = Effective.of(contributions, drivers, suspended);
        tellDrivers(contributions);
        Map<String, Applier.Failure> byLine = new TreeMap<>();
        Map<String, Applier.Failure> byTarget = applier.apply(effective.targets());
        for (Target target : effective.targets()) {
            Applier.Failure failure = byTarget.get(target.name());
            if (failure != null) {
                effective.linesOf(target).forEach(line -> byLine.putIfAbsent(line, failure));
            }
        }
        return byLine;
    }

    private void tellDrivers(Collection<Contribution> contributions) {
        Map<String, String> cannot = new TreeMap<>();
        Map<String, List<Setting>> spoken = new TreeMap<>();
        for (Contribution contribution : contributions) {
            cannot.putAll(contribution.notApplicable());
            contribution.spoken().forEach(setting -> spoken.computeIfAbsent(
                            Effective.keyOf(setting.name()), k -> new ArrayList<>())
                    .add(setting));
        }
        notApplicable = cannot;
        drivers.all().forEach(driver -> driver.watch(spoken.getOrDefault(driver.key(), List.of())));
    }

    /** Puts everything back. */
    void undo() {
        effective = Effective.NOTHING;
        applier.apply(List.of());
    }

    /** What was to be set last, whether or not it could be. */
    Effective effective() {
        return effective;
    }

    /** What of it this device cannot do, by dotted name as in a bundle's settings, with the reason. */
    Map<String, String> notApplicable() {
        return notApplicable;
    }
}
