package io.kubemdm.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All lines together: of two that set the same thing the stricter value wins where the driver knows an order, else the
 * higher priority, else the line first in the alphabet.
 *
 * @param targets what is to be set
 * @param lines by setting name, the line whose value won
 * @param overridden by line, a sentence for each of its settings that lost
 */
record Effective(List<Target> targets, Map<String, String> lines, Map<String, List<String>> overridden) {

    /** Merges, leaving out what belongs to suspended drivers. */
    static Effective of(Collection<Contribution> contributions, Drivers drivers, Set<String> suspended) {
        List<Contribution> ranked = contributions.stream()
                .sorted(Comparator.comparingInt(Contribution::priority)
                        .reversed()
                        .thenComparing(contribution -> contribution.ref().policy()))
                .toList();
        Map<String, Setting> winners = new TreeMap<>();
        Map<String, String> lines = new TreeMap<>();
        Map<String, List<String>> overridden = new TreeMap<>();
        for (Contribution contribution : ranked) {
            for (Setting setting : contribution.settings()) {
                if (!suspended.contains(keyOf(setting.name()))) {
                    contend(setting, contribution.ref().policy(), winners, lines, overridden, drivers);
                }
            }
        }
        return new Effective(plan(winners.values(), drivers), lines, overridden);
    }

    private static void contend(
            Setting setting,
            String line,
            Map<String, Setting> winners,
            Map<String, String> lines,
            Map<String, List<String>> overridden,
            Drivers drivers) {
        Setting champion = winners.get(setting.name());
        if (champion == null) {
            winners.put(setting.name(), setting);
            lines.put(setting.name(), line);
            return;
        }
        if (champion.value().equals(setting.value())) {
            return;
        }
        String former = String.valueOf(lines.get(setting.name()));
        JsonNode stricter = stricter(setting, champion, drivers);
        boolean challengerWins = stricter != null && stricter.equals(setting.value());
        if (challengerWins) {
            winners.put(setting.name(), setting);
            lines.put(setting.name(), line);
        }
        String loser = challengerWins ? former : line;
        String winner = challengerWins ? line : former;
        overridden
                .computeIfAbsent(loser, l -> new ArrayList<>())
                .add(setting.name() + " is set by " + winner + (stricter != null ? " (stricter)" : " (priority)"));
    }

    private static @Nullable JsonNode stricter(Setting setting, Setting champion, Drivers drivers) {
        Driver driver = drivers.ownerOf(setting.name());
        return driver == null ? null : driver.stricter(setting.name(), champion.value(), setting.value());
    }

    private static List<Target> plan(Collection<Setting> winners, Drivers drivers) {
        Map<String, List<Setting>> byDriver = new LinkedHashMap<>();
        for (Setting setting : winners) {
            byDriver.computeIfAbsent(keyOf(setting.name()), k -> new ArrayList<>())
                    .add(setting);
        }
        List<Target> targets = new ArrayList<>();
        byDriver.forEach((key, settings) -> {
            Driver driver = drivers.find(key);
            if (driver != null) {
                targets.addAll(driver.plan(settings));
            }
        });
        return List.copyOf(targets);
    }

    /** The lines a target serves. */
    Set<String> linesOf(Target target) {
        Set<String> found = new TreeSet<>();
        for (String setting : target.settings()) {
            String line = lines.get(setting);
            if (line != null) {
                found.add(line);
            }
        }
        return found;
    }

    static String keyOf(String name) {
        return name.substring(0, name.indexOf(':'));
    }
}
