package io.kubemdm.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A bundle's rules cannot be used; every reason, in the order of the rules. */
public final class RuleErrors extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int MAX_SUMMARY = 512;

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

    /** For a condition: the first three reasons and how many more there are, at most 512 characters. */
    public String summary() {
        String first = errors.stream().limit(3).map(RuleError::toString).collect(Collectors.joining("; "));
        String all = errors.size() > 3 ? first + "; and " + (errors.size() - 3) + " more" : first;
        return all.length() <= MAX_SUMMARY ? all : all.substring(0, MAX_SUMMARY - 1) + "…";
    }

    /** The first reason's constant. */
    public String reason() {
        return errors.getFirst().reason();
    }
}
