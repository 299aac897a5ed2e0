package io.kubemdm.crds;

/**
 * Reads enum constants without failing: a value written by a newer version must not stop an older process.
 *
 * <p>Kinds whose values decide something have a constant {@code Unrecognised} for this, which the schema does not offer.
 */
public final class EnumNames {
    private EnumNames() {}

    /** The constant of that exact name, else {@code otherwise}. */
    public static <E extends Enum<E>> E find(Class<E> type, String name, E otherwise) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        return otherwise;
    }
}
