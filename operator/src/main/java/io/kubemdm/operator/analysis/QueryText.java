package io.kubemdm.operator.analysis;

import io.kubemdm.operator.analysis.FailCondition.Unusable;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query with its placeholders filled in. What is filled in needs no quoting, since none of its characters ends a PromQL string:
 * DNS names and semantic versions, and anything else is refused. Escapes and the rest of the language are left to the author.
 */
final class QueryText {

    static final String NAMESPACE = "namespace";
    static final String ROLLOUT = "rollout";
    static final String LINE = "line";
    static final String VERSION = "version";

    /** Longest query once filled in, in characters: a request line must carry it. */
    static final int MAX = 4096;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$(\\w+|\\{)");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+-]{0,252}");

    private QueryText() {}

    /**
     * Fills in.
     *
     * @param values of the four placeholders
     * @throws Unusable when a placeholder is unknown, a value is no name, or the query gets too long
     */
    static String filled(String query, Map<String, String> values) throws Unusable {
        Matcher matcher = PLACEHOLDER.matcher(query);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            if (value == null) {
                throw new Unusable("metric.query has the unknown placeholder " + matcher.group()
                        + ": there are $namespace, $rollout, $line and $version.");
            }
            if (!HARMLESS.matcher(value).matches()) {
                throw new Unusable("metric.query cannot have " + matcher.group() + " filled in: it is no plain name.");
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(text);
        if (text.length() > MAX) {
            throw new Unusable(
                    "metric.query is longer than " + MAX + " characters once filled in: use fewer placeholders.");
        }
        return text.toString();
    }
}
