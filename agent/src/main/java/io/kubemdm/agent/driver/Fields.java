package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Checks of a bundle's values: the API server has checked them, and the device does it again. */
final class Fields {

    static final String INVALID = "InvalidSetting";

    private Fields() {}

    /** What a field's value is as a setting, once it is checked. */
    @FunctionalInterface
    interface Check {
        /**
         * The value that is set.
         *
         * @param name of the field, for messages
         * @throws SettingRefused when it cannot be
         */
        JsonNode of(String name, JsonNode value);
    }

    /**
     * Each field of an object as a setting of its own.
     *
     * @param key of the driver
     * @param checks by field
     * @throws SettingRefused when there is another field, or a check refuses a value
     */
    static List<Setting> split(String key, JsonNode value, Map<String, Check> checks) {
        String name = "settings." + key;
        only(name, value, checks.keySet());
        List<Setting> settings = new ArrayList<>();
        value.properties().forEach(field -> {
            Check check = Objects.requireNonNull(checks.get(field.getKey()));
            settings.add(
                    new Setting(key + ":" + field.getKey(), check.of(name + "." + field.getKey(), field.getValue())));
        });
        return settings;
    }

    /**
     * True or false.
     *
     * @throws SettingRefused otherwise
     */
    static JsonNode flag(String name, JsonNode value) {
        if (!value.isBoolean()) {
            throw invalid(name + " is not true or false");
        }
        return value;
    }

    /** One of these words. */
    static Check word(String... words) {
        return (name, value) -> {
            oneOf(name, value, words);
            return value;
        };
    }

    /** A duration, set in seconds. */
    static Check duration(long least, long most) {
        return (name, value) -> LongNode.valueOf(seconds(name, value, least, most));
    }

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
