package io.kubemdm.rules;

import dev.cel.common.CelIssue;
import io.kubemdm.protocol.fact.Fact;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what CEL says of an expression into the words of somebody who writes one. */
final class CelIssues {

    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern RESULT = Pattern.compile("expected type 'bool' but found '([^']*)'");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final int MAX_MESSAGE = 300;

    private static final Map<String, String> OPERATORS =
            Map.of("@in", "in", "_[_]", "[ ]", "_?_:_", "? :", "-_", "-", "!_", "!");

    private CelIssues() {}

    static RuleError explain(String field, String expression, CelIssue issue) {
        int line = issue.getSourceLocation().getLine();
        int column = issue.getSourceLocation().getColumn();
        return new RuleError(RuleError.INVALID, field, line, column + 1, message(expression, line, column, issue));
    }

    private static String message(String expression, int line, int column, CelIssue issue) {
        String said = issue.getMessage();
        Matcher undeclared = UNDECLARED.matcher(said);
        if (undeclared.matches()) {
            return undeclared(undeclared.group(1), nameAt(expression, line, column));
        }
        Matcher overload = OVERLOAD.matcher(said);
        if (overload.matches()) {
            String function = overload.group(1);
            String shown = OPERATORS.getOrDefault(function, function.replace("_", ""));
            return "'" + shown + "' cannot be applied to " + overload.group(2) + ": compare values of one type";
        }
        Matcher result = RESULT.matcher(said);
        if (result.matches()) {
            return "a rule is true or false, this is " + result.group(1) + ": compare it with a value";
        }
        String line1 = said.lines().findFirst().orElse("it is no CEL");
        return line1.length() <= MAX_MESSAGE ? line1 : line1.substring(0, MAX_MESSAGE - 1) + "…";
    }

    private static String undeclared(String name, String written) {
        if (!written.startsWith(name)) {
            return "there is no function '" + name + "': use those of standard CEL";
        }
        String nearest = nearest(written);
        return "there is no fact '" + written + "': did you mean " + nearest + "? docs/facts.md lists them";
    }

    /** The longest dotted name that begins at a place, empty when none does. */
    private static String nameAt(String expression, int line, int column) {
        List<String> lines = List.of(expression.split("\n", -1));
        if (line < 1 || line > lines.size() || column < 0) {
            return "";
        }
        String text = lines.get(line - 1);
        // CEL counts code points.
        int at = Math.min(
                text.length(), text.offsetByCodePoints(0, Math.min(column, text.codePointCount(0, text.length()))));
        Matcher name = NAME.matcher(text).region(at, text.length());
        return name.lookingAt() ? name.group() : "";
    }

    /** The fact whose name takes the fewest changes. */
    static String nearest(String written) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (Fact fact : FactCatalogue.facts()) {
            int distance = distance(written, fact.name());
            if (distance < least) {
                least = distance;
                best = fact.name();
            }
        }
        return best;
    }

    /** Levenshtein distance, letters of either case alike; a long text is cut to what any name can be near to. */
    private static int distance(String one, String other) {
        String written = one.length() > 80 ? one.substring(0, 80) : one;
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= written.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int same = Character.toLowerCase(written.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1))
                        ? 0
                        : 1;
                int next = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + same);
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[other.length()];
    }
}
