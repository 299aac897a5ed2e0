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
 * higher priority. Where neither decides it is a tie: the line first in the alphabet stands, and both are told.
 *
 * @param targets what is to be set
 * @param lines by setting name, the line whose value won
 * @param overridden by line, a sentence for each of its settings that lost
 * @param tied by line, a sentence for each of its settings that another line sets with equal right
 */
record Effective(
        List<Target> targets,
        Map<String, String> lines,
        Map<String, List<String>> overridden,
        Map<String, List<String>> tied) {

    /** Of no line. */
    static final Effective NOTHING = new Effective(List.of(), Map.of(), Map.of(), Map.of());

    private record Claim(String line, int priority, Setting setting) {}

    /** Merges, leaving out what belongs to suspended drivers. */
    static Effective of(Collection<Contribution> contributions, Drivers drivers, Set<String> suspended) {
        List<Contribution> ranked = contributions.stream()
                .sorted(Comparator.comparingInt(Contribution::priority)
                        .reversed()
                        .thenComparing(contribution -> contribution.ref().policy()))
                .toList();
        Map<String, Claim> winners = new TreeMap<>();
        Effective effective = new Effective(new ArrayList<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        for (Contribution contribution : ranked) {
            for (Setting setting : contribution.settings()) {
                if (!suspended.contains(keyOf(setting.name()))) {
                    Claim claim = new Claim(contribution.ref().policy(), contribution.priority(), setting);
                    winners.merge(
                            setting.name(),
                            claim,
                            (champion, challenger) -> effective.winner(champion, challenger, drivers));
                }
            }
        }
        winners.forEach((name, claim) -> effective.lines.put(name, claim.line()));
        effective.targets.addAll(
                plan(winners.values().stream().map(Claim::setting).toList(), drivers));
        return effective;
    }

    /** Notes what the loser, or of a tie both, must be told; the champion ranks first. */
    private Claim winner(Claim champion, Claim challenger, Drivers drivers) {
        Setting setting = challenger.setting();
        if (champion.setting().value().equals(setting.value())) {
            return champion;
        }
        JsonNode stricter = stricter(setting, champion.setting(), drivers);
        boolean challengerWins = stricter != null && stricter.equals(setting.value());
        Claim winner = challengerWins ? challenger : champion;
        Claim loser = challengerWins ? champion : challenger;
        if (stricter == null && champion.priority() == challenger.priority()) {
            String sentence = setting.name() + " is set by " + winner.line() + " and " + loser.line()
                    + " to different values with equal priority " + winner.priority() + ": " + winner.line()
                    + " stands, give one a higher priority";
            note(tied, winner.line(), sentence);
            note(tied, loser.line(), sentence);
        } else {
            note(
                    overridden,
                    loser.line(),
                    setting.name() + " is set by " + winner.line()
                            + (stricter != null ? " (stricter)" : " (priority)"));
        }
        return winner;
    }

    private static void note(Map<String, List<String>> notes, String line, String sentence) {
        notes.computeIfAbsent(line, l -> new ArrayList<>()).add(sentence);
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
