package io.kubemdm.agent.driver;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the API writes them: {@code 90s}, {@code 1h30m}, {@code 180d}. */
final class Durations {

    private static final Pattern WHOLE = Pattern.compile("([0-9]{1,9}[smhd])+");
    private static final Pattern PART = Pattern.compile("([0-9]+)([smhd])");

    private Durations() {}

    /**
     * In seconds.
     *
     * @throws SettingRefused when it is not one
     */
    static long seconds(String text) {
        if (text.length() > 64 || !WHOLE.matcher(text).matches()) {
            throw new SettingRefused("InvalidSetting", "'" + text + "' is not a duration such as 15m or 180d");
        }
        long seconds = 0;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long unit =
                    switch (part.group(2)) {
                        case "s" -> 1;
                        case "m" -> 60;
                        case "h" -> 3_600;
                        default -> 86_400;
                    };
            seconds += Long.parseLong(part.group(1)) * unit;
        }
        return seconds;
    }
}
