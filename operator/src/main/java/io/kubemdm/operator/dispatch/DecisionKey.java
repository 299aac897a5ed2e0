package io.kubemdm.operator.dispatch;

import java.util.Locale;

/**
 * Whose decision a record of {@code mdm.decisions} is; written {@code kind/namespace/name}.
 *
 * @param kind lower case, e.g. {@code rollout}
 */
public record DecisionKey(String kind, String namespace, String name) {

    /** The key for an object of a kind. */
    public static DecisionKey of(Class<?> kind, String namespace, String name) {
        return new DecisionKey(kind.getSimpleName().toLowerCase(Locale.ROOT), namespace, name);
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException when it is not {@code kind/namespace/name}
     */
    public static DecisionKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("key is not kind/namespace/name");
        }
        return new DecisionKey(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
        return kind + "/" + namespace + "/" + name;
    }
}
