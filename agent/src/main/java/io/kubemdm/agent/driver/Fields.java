package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;

/** Checks of a bundle's values: the API server has checked them, and the device does it again. */
final class Fields {

    static final String INVALID = "InvalidSetting";

    private Fields() {}

    /**
     * An object that has none but these fields.
     *
     * @throws SettingRefused otherwise
     */
    static void only(String name, JsonNode value, Collection<String> known) {
        if (!value.isObject()) {
            throw invalid(name + " is not an object");
        }
        for (Iterator<String> each = value.fieldNames(); each.hasNext(); ) {
            String field = each.next();
            if (!known.contains(field)) {
                throw new SettingRefused("UnsupportedSetting", name + "." + cut(field) + " is not known to this agent");
            }
        }
    }

    /**
     * A list of at most so many.
     *
     * @throws SettingRefused otherwise
     */
    static void list(String name, JsonNode value, int most) {
        if (!value.isArray() || value.size() > most) {
            throw invalid(name + " is a list of at most " + most);
        }
    }

    /**
     * One of these words.
     *
     * @throws SettingRefused otherwise
     */
    static String oneOf(String name, JsonNode value, String... words) {
        if (!value.isTextual() || !Arrays.asList(words).contains(value.asText())) {
            throw invalid(name + " is '" + cut(value.asText()) + "', not " + String.join(", ", words));
        }
        return value.asText();
    }

    /**
     * Text of this form.
     *
     * @throws SettingRefused otherwise
     */
    static String matching(String name, JsonNode value, String pattern) {
        if (!value.isTextual()
                || value.asText().length() > 512
                || !value.asText().matches(pattern)) {
            throw invalid(name + " is '" + cut(value.asText()) + "', which has not the form it needs");
        }
        return value.asText();
    }

    /**
     * A duration in seconds between two bounds.
     *
     * @throws SettingRefused otherwise
     */
    static long seconds(String name, JsonNode value, long least, long most) {
        long seconds = Durations.seconds(value.asText());
        if (seconds < least || seconds > most) {
            throw invalid(name + " is " + cut(value.asText()) + ", not " + least + "s to " + most + "s");
        }
        return seconds;
    }

    static SettingRefused invalid(String message) {
        return new SettingRefused(INVALID, message);
    }

    static String cut(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
