package io.kubemdm.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.Target;
import io.kubemdm.protocol.bundle.LineRank;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All lines together: of two that set the same thing the one whose {@link LineRank} stands wins, by the order of strictness
 * that the driver knows. The other one is told, of a tie both.
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

    private record Claim(LineRank rank, Setting setting) {
        String line() {
            return rank.line();
        }
    }

    /** Merges, leaving out what belongs to suspended drivers. */
    static Effective of(Collection<Contribution> contributions, Drivers drivers, Set<String> suspended) {
        List<Contribution> ranked = contributions.stream()
                .sorted(Comparator.comparing(Contribution::rank))
                .toList();
        Map<String, Claim> winners = new TreeMap<>();
        Effective effective = new Effective(new ArrayList<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        for (Contribution contribution : ranked) {
            for (Setting setting : contribution.settings()) {
                if (!suspended.contains(keyOf(setting.name()))) {
                    Claim claim = new Claim(contribution.rank(), setting);
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

    /** Notes what the loser, or of a tie both, must be told. */
    private Claim winner(Claim champion, Claim challenger, Drivers drivers) {
        Setting setting = challenger.setting();
        if (champion.setting().value().equals(setting.value())) {
            return champion;
        }
        int strictness = strictness(champion.setting(), setting, drivers);
        boolean stands = champion.rank().standsAgainst(challenger.rank(), strictness);
        Claim winner = stands ? champion : challenger;
        Claim loser = stands ? challenger : champion;
        switch (champion.rank().basisAgainst(challenger.rank(), strictness)) {
            case Stricter -> note(overridden, loser.line(), overruled(setting, winner, "stricter"));
            case Priority -> note(overridden, loser.line(), overruled(setting, winner, "priority"));
            case Tie -> {
                String sentence = setting.name() + " is set by " + winner.line() + " and " + loser.line()
                        + " to different values with equal priority "
                        + winner.rank().priority() + ": " + winner.line() + " stands, give one a higher priority";
                note(tied, winner.line(), sentence);
                note(tied, loser.line(), sentence);
            }
        }
        return winner;
    }

    private static String overruled(Setting setting, Claim winner, String why) {
        return setting.name() + " is set by " + winner.line() + " (" + why + ")";
    }

    private static void note(Map<String, List<String>> notes, String line, String sentence) {
        notes.computeIfAbsent(line, l -> new ArrayList<>()).add(sentence);
    }

    /** Of the champion's value against the challenger's, see {@link LineRank#standsAgainst}. */
    private static int strictness(Setting champion, Setting challenger, Drivers drivers) {
        Driver driver = drivers.ownerOf(challenger.name());
        JsonNode stricter =
                driver == null ? null : driver.stricter(challenger.name(), champion.value(), challenger.value());
        if (stricter == null) {
            return 0;
        }
        return stricter.equals(challenger.value()) ? -1 : 1;
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
