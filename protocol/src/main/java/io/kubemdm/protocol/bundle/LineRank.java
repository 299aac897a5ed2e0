package io.kubemdm.protocol.bundle;

import java.util.Comparator;

/**
 * A policy line as it meets others that set the same thing to another value: the stricter value stands, where values have an
 * order, else the higher priority, else the line that is first in the alphabet, which is a tie (docs/settings.md). The device
 * sets by it and the engine judges by it. Its natural order is that of lines whose values are not stricter than each other's,
 * the one that stands first.
 *
 * @param line name of the policy line
 * @param priority 0 to 1000
 */
public record LineRank(String line, int priority) implements Comparable<LineRank> {

    private static final Comparator<LineRank> ORDER =
            Comparator.comparingInt(LineRank::priority).reversed().thenComparing(LineRank::line);

    /** Why one line stands and the other does not. */
    public enum Basis {
        Stricter,
        Priority,
        /** Nothing but their names tells them apart: people should. */
        Tie
    }

    /**
     * Whether this line's value stands against the other one's.
     *
     * @param strictness positive when this line's value is the stricter one, negative when the other's is, else 0
     */
    public boolean standsAgainst(LineRank other, int strictness) {
        return strictness == 0 ? compareTo(other) < 0 : strictness > 0;
    }

    /** What {@link #standsAgainst} is decided by. */
    public Basis basisAgainst(LineRank other, int strictness) {
        if (strictness != 0) {
            return Basis.Stricter;
        }
        return priority == other.priority ? Basis.Tie : Basis.Priority;
    }

    @Override
    public int compareTo(LineRank other) {
        return ORDER.compare(this, other);
    }
}
