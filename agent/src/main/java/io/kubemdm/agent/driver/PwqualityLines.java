package io.kubemdm.agent.driver;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What libpwquality can read of a pwquality.conf(5): one line that it cannot makes it refuse the whole file, and with it
 * what a policy sets.
 */
final class PwqualityLines {

    private static final Pattern LINE = Pattern.compile("\\s*([a-z_]{1,32})(?:\\s*=\\s*|\\s+|$)(.*?)\\s*(?:#.*)?");
    private static final Set<String> NUMBERS = Set.of(
            "difok",
            "minlen",
            "dcredit",
            "ucredit",
            "lcredit",
            "ocredit",
            "minclass",
            "maxrepeat",
            "maxclassrepeat",
            "maxsequence",
            "gecoscheck",
            "dictcheck",
            "usercheck",
            "usersubstr",
            "enforcing",
            "retry");
    private static final Set<String> TEXTS = Set.of("badwords", "dictpath");
    private static final Set<String> SWITCHES = Set.of("enforce_for_root", "local_users_only");

    private PwqualityLines() {}

    /** The text without lines that libpwquality refuses. */
    static String readable(String text) {
        return text.lines()
                .filter(PwqualityLines::isReadable)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static boolean isReadable(String line) {
        if (line.isBlank() || line.stripLeading().startsWith("#")) {
            return line.indexOf('\0') < 0;
        }
        Matcher matcher = LINE.matcher(line);
        if (line.length() > 1000 || !matcher.matches()) {
            return false;
        }
        String key = matcher.group(1);
        String value = matcher.group(2);
        return (NUMBERS.contains(key) && value.matches("-?[0-9]{1,9}"))
                || (TEXTS.contains(key) && !value.isEmpty())
                || SWITCHES.contains(key);
    }
}
