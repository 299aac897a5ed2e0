package io.kubemdm.rules;

import java.util.Set;

/**
 * What a bundle sets, as it meets what another line sets in its place (docs/settings.md).
 *
 * @param graded whether the stricter of two keeps the rules of both
 * @param strictness of two claims the one of greater strictness stands, whatever the priorities
 * @param values what is set, where strictness does not say it all. Nobody overrules whose values are all among the other's, or
 *     the other way round: there the stricter stands, and keeps both rules
 */
public record Claim(boolean graded, long strictness, Set<String> values) {
    public Claim {
        values = Set.copyOf(values);
    }

    /** Of values that are in an order of strictness. */
    static Claim graded(long strictness) {
        return new Claim(true, strictness, Set.of());
    }

    /** Of values that are in none. */
    static Claim of(Set<String> values) {
        return new Claim(false, 0, values);
    }

    /** Whether a device that keeps the one that stands keeps the rule of the other, too. */
    boolean agreesWith(Claim other) {
        if (graded && other.graded) {
            return true;
        }
        return strictness == other.strictness && (values.containsAll(other.values) || other.values.containsAll(values));
    }
}
