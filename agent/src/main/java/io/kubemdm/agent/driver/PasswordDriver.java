package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Where Debian, Fedora and SUSE have what their services of PAM include. */
    private static final List<String> STACKS = List.of(
            "/etc/pam.d/common-auth",
            "/etc/pam.d/common-password",
            "/etc/pam.d/system-auth",
            "/etc/pam.d/password-auth");

    /** Where they have PAM's modules. */
    private static final List<String> MODULES = List.of(
            "/usr/lib/x86_64-linux-gnu/security/",
            "/usr/lib/aarch64-linux-gnu/security/",
            "/usr/lib64/security/",
            "/usr/lib/security/");

    private final @Nullable PublicFiles machine;

    /** Which file and key each setting becomes, and which direction is stricter. */
    private enum Item {
        minLength("pam_pwquality.so", PWQUALITY, "minlen", true, 4, 128),
        requireComplexity("pam_pwquality.so", PWQUALITY, "minclass", true, 0, 1),
        maxFailedAttempts("pam_faillock.so", FAILLOCK, "deny", false, 1, 100),
        lockoutDuration("pam_faillock.so", FAILLOCK, "unlock_time", true, 1, 31_536_000),
        maxAge("", LOGIN_DEFS, "PASS_MAX_DAYS", false, 1, 36_500),
        history("pam_pwhistory.so", PWHISTORY, "remember", true, 0, 100);

        /** The module of PAM that reads the file, empty for another program. */
        private final String module;

        private final String file;
        private final String key;
        private final boolean higherIsStricter;
        private final long least;
        private final long most;

        Item(String module, String file, String key, boolean higherIsStricter, long least, long most) {
            this.module = module;
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

    /**
     * A driver for the files below the device's root.
     *
     * @param machine has the services of PAM; null where only files below a root are meant
     */
    public PasswordDriver(DeviceFiles files, @Nullable PublicFiles machine) {
        super(files);
        this.machine = machine;
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
        String text = ConfigLines.with(beside(target.subject(), before), ours, separator);
        return FileImage.text(text, before == null ? MODE : before.mode());
    }

    /** What stands in the file and stays there. */
    private static @Nullable String beside(String file, @Nullable FileImage before) {
        if (before == null) {
            return null;
        }
        return file.equals(PWQUALITY) ? PwqualityLines.readable(before.text()) : before.text();
    }

    @Override
    public void measure(FactSheet sheet) {
        for (Item item : Item.values()) {
            String fact = "password." + item.name();
            try {
                String value = valueOf(item);
                if (item == Item.history && !readsPwhistory()) {
                    sheet.unmeasured(
                            fact, "this version of pam_pwhistory.so has no " + item.file + ": Linux-PAM 1.5.3 has");
                } else if (!isUsed(item)) {
                    sheet.unmeasured(fact, "PAM does not use " + item.module + ", so " + item.file + " has no effect");
                } else if (value == null) {
                    sheet.unmeasured(fact, item.file + " has no " + item.key + ": the program's own default applies");
                } else if (!value.matches("-?[0-9]{1,9}")) {
                    sheet.unmeasured(fact, item.key + " in " + item.file + " is no number");
                } else if (item == Item.requireComplexity) {
                    sheet.put(fact, Integer.parseInt(value) >= 3);
                } else {
                    sheet.put(fact, Integer.parseInt(value));
                }
            } catch (UnsafePath | StoreFailed e) {
                sheet.unmeasured(fact, String.valueOf(e.getMessage()));
            }
        }
    }

    /** A file that nobody reads says nothing about the device. */
    private boolean isUsed(Item item) {
        if (machine == null || item.module.isEmpty()) {
            return true;
        }
        return STACKS.stream()
                .map(machine::text)
                .filter(Objects::nonNull)
                .flatMap(String::lines)
                .anyMatch(line -> line.contains(item.module) && !line.strip().startsWith("#"));
    }

    /** The module names its file; before Linux-PAM 1.5.3 it had none. */
    private boolean readsPwhistory() {
        if (machine == null) {
            return true;
        }
        String module = MODULES.stream()
                .map(folder -> machine.text(folder + Item.history.module))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
        return module.contains("pwhistory.conf");
    }

    private @Nullable String valueOf(Item item) {
        FileImage file = files().read(item.file);
        return file == null ? null : ConfigLines.read(file.text()).get(item.key);
    }
}
