package io.kubemdm.crds;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The textual formats of the API and the bounds that the schema sets on them. */
public final class Formats {
    public static final String DURATION = "^([0-9]+(s|m|h|d))+$";
    public static final long DURATION_MAX = 32;

    public static final String TIME =
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$";
    public static final long TIME_MAX = 40;

    public static final String DNS_SUBDOMAIN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    public static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    public static final String SHA256 = "^sha256:[0-9a-f]{64}$";
    public static final String SEMVER = "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)"
            + "(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$";

    /** An absolute URI in ASCII without fragment, as RFC 8707 wants a resource (RFC 3986 §4.3, without IPv6 literals). */
    public static final String URI =
            "^[A-Za-z][A-Za-z0-9+.-]*:(//)?[A-Za-z0-9]" + "([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$";

    private static final Pattern PART = Pattern.compile("([0-9]+)([smhd])");
    private static final Pattern WHOLE = Pattern.compile(DURATION);

    private Formats() {}

    /**
     * Reads a duration of the API such as {@code 90s}, {@code 5m}, {@code 1h30m} or {@code 7d}.
     *
     * @throws IllegalArgumentException when the text is no such duration or is longer than the schema allows
     * @throws ArithmeticException when it does not fit {@link Duration}
     */
    public static Duration duration(String text) {
        if (text.length() > DURATION_MAX || !WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no duration: use whole numbers with s, m, h or d, such as 1h30m");
        }
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            long amount = Long.parseLong(parts.group(1));
            sum = sum.plus(
                    switch (parts.group(2)) {
                        case "d" -> Duration.ofDays(amount);
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofSeconds(amount);
                    });
        }
        return sum;
    }
}
