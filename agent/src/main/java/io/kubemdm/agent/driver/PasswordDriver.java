package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.password}: pwquality, faillock, pwhistory and login.defs. What else stands in those files stays; of
 * two policies the stricter value wins.
 */
public final class PasswordDriver extends FileDriver {

    private static final String PWQUALITY = "/etc/security/pwquality.conf";
    private static final String FAILLOCK = "/etc/security/faillock.conf";
    private static final String PWHISTORY = "/etc/security/pwhistory.conf";
    private static final String LOGIN_DEFS = "/etc/login.defs";
    private static final int MODE = 0644;

    /** Which file and key each setting becomes, and which direction is stricter. */
    private enum Item {
        minLength(PWQUALITY, "minlen", true, 4, 128),
        requireComplexity(PWQUALITY, "minclass", true, 0, 1),
        maxFailedAttempts(FAILLOCK, "deny", false, 1, 100),
        lockoutDuration(FAILLOCK, "unlock_time", true, 1, 31_536_000),
        maxAge(LOGIN_DEFS, "PASS_MAX_DAYS", false, 1, 36_500),
        history(PWHISTORY, "remember", true, 0, 100);

        private final String file;
        private final String key;
        private final boolean higherIsStricter;
        private final long least;
        private final long most;

        Item(String file, String key, boolean higherIsStricter, long least, long most) {
            this.file = file;
            this.key = key;
            this.higherIsStricter = higherIsStricter;
            this.least = least;
            this.most = most;
        }

        static @Nullable Item of(String name) {
            for (Item item : values()) {
                if (item.name().equals(name)) {
                    return item;
                }
            }
            return null;
        }

        /** The value as the file wants it: a number, durations in seconds or whole days. */
        long number(JsonNode value) {
            long number =
                    switch (this) {
                        case requireComplexity -> value.asBoolean() ? 1 : 0;
                        case lockoutDuration -> Durations.seconds(value.asText());
                        case maxAge -> Math.ceilDiv(Durations.seconds(value.asText()), 86_400L);
                        case minLength, maxFailedAttempts, history -> value.asLong(-1);
                    };
            if (number < least || number > most) {
                throw new SettingRefused(
                        "InvalidSetting",
                        "settings.password." + name() + " is " + value + ", not " + least + " to " + most);
            }
            return number;
        }
    }

    /** A driver for the files below the device's root. */
    public PasswordDriver(DeviceFiles files) {
        super(files);
    }

    @Override
    public String key() {
        return "password";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        List<Setting> settings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            Item item = Item.of(field.getKey());
            if (item == null) {
                throw new SettingRefused(
                        "UnsupportedSetting", "settings.password." + field.getKey() + " is not known to this agent");
            }
            settings.add(new Setting("password:" + item.name(), LongNode.valueOf(item.number(field.getValue()))));
        }
        return settings;
    }

    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        Item item = Item.of(Target.subjectOf(name));
        if (item == null) {
            return null;
        }
        boolean first = item.higherIsStricter ? one.asLong() >= other.asLong() : one.asLong() <= other.asLong();
        return first ? one : other;
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        Map<String, ObjectNode> files = new TreeMap<>();
        Map<String, List<String>> sources = new TreeMap<>();
        for (Setting setting : effective) {
            Item item = Item.of(setting.subject());
            if (item == null) {
                continue;
            }
            ObjectNode lines = files.computeIfAbsent(item.file, f -> JsonNodeFactory.instance.objectNode());
            if (item == Item.requireComplexity) {
                // Letters, digits and one more class: three of pwquality's four.
                lines.put(item.key, setting.value().asLong() == 1 ? "3" : "0");
            } else {
                lines.put(item.key, setting.value().asText());
            }
            sources.computeIfAbsent(item.file, f -> new ArrayList<>()).add(setting.name());
        }
        return files.entrySet().stream()
                .map(file -> new Target("password:" + file.getKey(), file.getValue(), sources.get(file.getKey())))
                .toList();
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        Map<String, String> ours = new TreeMap<>();
        target.wanted()
                .properties()
                .forEach(line -> ours.put(line.getKey(), line.getValue().asText()));
        String separator = target.subject().equals(LOGIN_DEFS) ? "\t" : " = ";
        String text = ConfigLines.with(before == null ? null : before.text(), ours, separator);
        return FileImage.text(text, before == null ? MODE : before.mode());
    }

    @Override
    public Map<String, JsonNode> facts() {
        ObjectNode found = JsonNodeFactory.instance.objectNode();
        for (Item item : Item.values()) {
            String value = valueOf(item);
            if (value != null && value.matches("-?[0-9]{1,9}")) {
                if (item == Item.requireComplexity) {
                    found.put(item.name(), Integer.parseInt(value) >= 3);
                } else {
                    found.set(item.name(), IntNode.valueOf(Integer.parseInt(value)));
                }
            }
        }
        return found.isEmpty() ? Map.of() : Map.of("password", found);
    }

    private @Nullable String valueOf(Item item) {
        try {
            FileImage file = files().read(item.file);
            return file == null ? null : ConfigLines.read(file.text()).get(item.key);
        } catch (UnsafePath | StoreFailed e) {
            return null;
        }
    }
}
