package io.kubemdm.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A bundle's rules cannot be used; every reason, in the order of the rules. */
public final class RuleErrors extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<RuleError> errors;

    /** At least one. */
    public RuleErrors(List<RuleError> errors) {
        super(errors.stream().map(RuleError::toString).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** Every reason. */
    public List<RuleError> errors() {
        return errors;
    }

    /** The first reason's constant. */
    public String reason() {
        return errors.getFirst().reason();
    }
}
