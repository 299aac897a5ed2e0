package io.kubemdm.agent.driver;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Line-wise {@code key = value} and {@code KEY value} configuration, as pwquality, faillock and login.defs have it. */
final class ConfigLines {

    private static final Pattern LINE = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*(?:=|\\s)\\s*(.*?)\\s*");
    static final String MARK = "# Set by KubeMDM; removed again with the policy.";

    private ConfigLines() {}

    /** {@code before} without lines for our keys, then ours. */
    static String with(@Nullable String before, Map<String, String> ours, String separator) {
        StringBuilder text = new StringBuilder();
        if (before != null) {
            before.lines().filter(line -> !ours.containsKey(keyOf(line))).forEach(line -> text.append(line)
                    .append('\n'));
        }
        text.append(MARK).append('\n');
        new TreeMap<>(ours)
                .forEach((key, value) ->
                        text.append(key).append(separator).append(value).append('\n'));
        return text.toString();
    }

    /** The last value of each key. */
    static Map<String, String> read(String text) {
        Map<String, String> values = new TreeMap<>();
        text.lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                values.put(matcher.group(1), matcher.group(2));
            }
        });
        return values;
    }

    private static String keyOf(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
