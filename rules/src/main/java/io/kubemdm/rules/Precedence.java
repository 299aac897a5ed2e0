package io.kubemdm.rules;

import io.kubemdm.protocol.bundle.LineRank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of a device's lines has its way where two set the same thing and not both can be kept: that of the higher
 * {@link LineRank}, as on the device. The other one is not judged by it.
 */
public final class Precedence {

    private Precedence() {}

    /**
     * A line that sets things on the device.
     *
     * @param priority 0 to 1000
     * @param claims by name, {@link Claims}
     */
    public record Line(String name, int priority, Map<String, Claim> claims) {
        private LineRank rank() {
            return new LineRank(name, priority);
        }
    }

    /** By line, the names of its claims that another line overrules; a line without any is not there. */
    public static Map<String, Set<String>> overruled(List<Line> lines) {
        if (lines.size() < 2) {
            return Map.of();
        }
        Map<String, Set<String>> overruled = new HashMap<>(2);
        Map<String, List<Line>> claimants = new HashMap<>();
        for (Line line : lines) {
            line.claims().forEach((name, claim) -> {
                if (claim.graded()) {
                    return;
                }
                List<Line> met = claimants.computeIfAbsent(name, key -> new ArrayList<>(2));
                for (Line other : met) {
                    Claim theirs = other.claims().get(name);
                    if (theirs != null && !claim.agreesWith(theirs)) {
                        int strictness = Long.compare(claim.strictness(), theirs.strictness());
                        Line loser = line.rank().standsAgainst(other.rank(), strictness) ? other : line;
                        overruled
                                .computeIfAbsent(loser.name(), key -> new HashSet<>(2))
                                .add(name);
                    }
                }
                met.add(line);
            });
        }
        return overruled;
    }
}
