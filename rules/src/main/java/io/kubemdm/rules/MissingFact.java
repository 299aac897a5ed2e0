package io.kubemdm.rules;

/** A fact that a setting's rule needs is not there. */
final class MissingFact extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String name;

    MissingFact(String name) {
        super(name, null, false, false);
        this.name = name;
    }

    String fact() {
        return name;
    }
}
