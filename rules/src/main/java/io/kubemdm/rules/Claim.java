package io.kubemdm.rules;

import java.util.Set;

/**
 * What a bundle sets and another line may set to something that is neither stricter nor laxer.
 *
 * @param strictness of two claims the one of greater strictness stands, whatever the priorities
 * @param values nobody overrules whose values are all among the other's, or the other way round: there the stricter stands, and
 *     keeps both rules
 */
public record Claim(int strictness, Set<String> values) {
    public Claim {
        values = Set.copyOf(values);
    }

    boolean agreesWith(Claim other) {
        return strictness == other.strictness && (values.containsAll(other.values) || other.values.containsAll(values));
    }
}
