package io.kubemdm.rules;

/**
 * Why a bundle's rules cannot be used.
 *
 * @param reason a CamelCase constant: {@code InvalidRule} or {@code RulesTooExpensive}
 * @param field path below {@code spec}, such as {@code rules[2].expression}
 * @param line of the expression, from 1; 0 where no place is meant
 * @param column in that line, from 1; 0 where no place is meant
 * @param message a sentence with the remedy
 */
public record RuleError(String reason, String field, int line, int column, String message) {

    /** Reason of a rule that does not compile. */
    public static final String INVALID = "InvalidRule";

    /** Reason of rules that take too long. */
    public static final String EXPENSIVE = "RulesTooExpensive";

    @Override
    public String toString() {
        return "spec." + field + (line > 0 ? " " + line + ":" + column : "") + ": " + message;
    }
}
