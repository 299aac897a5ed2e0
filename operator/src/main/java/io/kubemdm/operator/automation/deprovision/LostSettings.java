package io.kubemdm.operator.automation.deprovision;

/**
 * Whether {@code lifecycle: Lost} asks for a wipe, by whose device it is. It locks in any case.
 *
 * @param corporate for a FullWipe
 * @param personal for a SelectiveWipe
 */
public record LostSettings(boolean corporate, boolean personal) {

    /** It only locks. */
    public static final LostSettings NONE = new LostSettings(false, false);

    boolean any() {
        return corporate || personal;
    }

    boolean asks(boolean ofPerson) {
        return ofPerson ? personal : corporate;
    }
}
