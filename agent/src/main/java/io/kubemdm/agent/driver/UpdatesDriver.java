package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.updates}: unattended-upgrades by apt.conf(5), and the moment of its timer. More updates and a shorter
 * deferral are stricter.
 */
public final class UpdatesDriver extends FileDriver {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String APT = "/etc/apt/apt.conf.d/90kubemdm-updates";
    private static final String TIMER = "/etc/systemd/system/apt-daily-upgrade.timer.d/90-kubemdm.conf";
    private static final String WINDOW = "# Window: ";
    private static final List<String> MODES = List.of("Never", "Security", "All");
    private static final String EVERY = "APT::Periodic::Unattended-Upgrade";
    private static final String PATTERNS = "Unattended-Upgrade::Origins-Pattern";
    private static final String ORIGINS = "Unattended-Upgrade::Allowed-Origins";
    private static final long DAY = 86_400;

    private static final Map<String, Fields.Check> FIELDS = Map.of(
            "automatic", Fields.word(MODES.toArray(String[]::new)),
            "deferral", Fields.duration(2 * DAY, 365 * DAY),
            "window", UpdatesDriver::checkedWindow);

    /** One pattern for everything, and those of the security archives of Debian and Ubuntu. */
    private static final String ALL = "origin=*";

    private static final List<String> SECURITY = List.of(
            "origin=Debian,label=Debian-Security",
            "origin=Ubuntu,archive=${distro_codename}-security",
            "origin=UbuntuESM,archive=${distro_codename}-infra-security",
            "origin=UbuntuESMApps,archive=${distro_codename}-apps-security");

    private static final Pattern LINE = Pattern.compile("([A-Za-z:-]{1,100}) \"([^\"]{0,500})\";");

    private final @Nullable Programs machine;

    /** A driver; {@code machine} is null where only files below a root are meant. */
    public UpdatesDriver(DeviceFiles files, @Nullable Programs machine) {
        super(files);
        this.machine = machine;
    }

    @Override
    public String key() {
        return "updates";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        return Fields.split(key(), value, FIELDS);
    }

    private static JsonNode checkedWindow(String name, JsonNode value) {
        CalendarWindow.of(name, value);
        return value;
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        if (machine == null) {
            return Map.of();
        }
        String why = obstacle(machine);
        if (why != null) {
            return Map.of("updates", why);
        }
        return machine.hasSystemd() ? Map.of() : Map.of("updates.window", "this device is not run by systemd");
    }

    private static @Nullable String obstacle(Programs programs) {
        return programs.find("apt-config") == null || programs.find("unattended-upgrade") == null
                ? "unattended-upgrades is not installed: apt-get install unattended-upgrades"
                : null;
    }

    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return switch (Target.subjectOf(name)) {
            case "automatic" -> MODES.indexOf(one.asText()) >= MODES.indexOf(other.asText()) ? one : other;
            case "deferral" -> one.asLong() <= other.asLong() ? one : other;
            default -> null;
        };
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        ObjectNode apt = JsonNodeFactory.instance.objectNode();
        List<String> sources = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        for (Setting setting : effective) {
            if (setting.subject().equals("window")) {
                targets.add(new Target("updates:" + TIMER, setting.value(), List.of(setting.name())));
            } else {
                apt.set(setting.subject(), setting.value());
                sources.add(setting.name());
            }
        }
        if (!apt.isEmpty()) {
            targets.addFirst(new Target("updates:" + APT, apt, sources));
        }
        return targets;
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        return FileImage.text(target.subject().equals(TIMER) ? timer(target.wanted()) : apt(target.wanted()), 0644);
    }

    private static String apt(JsonNode wanted) {
        String automatic = wanted.path("automatic").asText("");
        // Lists are fetched daily, so what was published waits a day less than the deferral, or the day itself.
        long days = wanted.has("deferral") ? Math.max(1, wanted.path("deferral").asLong() / DAY - 1) : 1;
        StringBuilder text =
                new StringBuilder("// ").append(ConfigLines.MARK.substring(2)).append('\n');
        text.append("APT::Periodic::Enable \"1\";\nAPT::Periodic::Update-Package-Lists \"1\";\n");
        text.append(EVERY)
                .append(" \"")
                .append(automatic.equals("Never") ? 0 : days)
                .append("\";\n");
        if (automatic.equals("Security") || automatic.equals("All")) {
            text.append("#clear ")
                    .append(PATTERNS)
                    .append(";\n#clear ")
                    .append(ORIGINS)
                    .append(";\n");
            for (String pattern : automatic.equals("All") ? List.of(ALL) : SECURITY) {
                text.append(PATTERNS).append(":: \"").append(pattern).append("\";\n");
            }
        }
        return text.toString();
    }

    /** An update that has begun is never cut off, so it begins in the first half of the window. */
    private static String timer(JsonNode wanted) {
        CalendarWindow window = CalendarWindow.of("settings.updates.window", wanted);
        return ConfigLines.MARK + "\n" + WINDOW + window + "\n[Timer]\nOnCalendar=\nOnCalendar=" + window.onCalendar()
                + "\nRandomizedDelaySec=" + window.seconds() / 2 + "\nPersistent=false\n";
    }

    @Override
    public void activate() {
        Systemd.reload(machine, "apt-daily-upgrade.timer");
    }

    @Override
    public void measure(FactSheet sheet) {
        String why = machine == null ? null : obstacle(machine);
        String config = null;
        try {
            config = why == null ? config() : null;
            window(sheet);
        } catch (UnsafePath | StoreFailed e) {
            why = e.getMessage();
        }
        if (config == null) {
            String reason = why == null ? "apt says nothing of unattended upgrades" : why;
            sheet.unmeasured("updates.automatic", reason);
            sheet.unmeasured("updates.deferralSeconds", reason);
            return;
        }
        tell(sheet, config);
    }

    /** What apt has put together of all its files; below a root what our file says. */
    private @Nullable String config() {
        String program = machine == null ? null : machine.find("apt-config");
        if (program != null) {
            Subprocess.Ended dump = Subprocess.run(LIMIT, List.of(program, "dump"));
            return dump.isGood() ? dump.output() : null;
        }
        FileImage found = files().read(APT);
        return found == null ? null : found.text();
    }

    /** Facts from apt-config's {@code dump}, which is also how our own file is written. */
    static void tell(FactSheet sheet, String config) {
        Map<String, String> values = new TreeMap<>();
        List<String> patterns = new ArrayList<>();
        config.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            values.put(line.group(1), line.group(2));
            if (line.group(1).startsWith(PATTERNS + "::") || line.group(1).startsWith(ORIGINS + "::")) {
                patterns.add(line.group(2));
            }
        });
        String days = values.getOrDefault(EVERY, "0");
        boolean off = days.equals("0")
                || values.getOrDefault("APT::Periodic::Enable", "1").equals("0");
        String automatic = patterns.contains(ALL)
                ? "All"
                : patterns.stream().anyMatch(pattern -> pattern.contains("ecurity")) ? "Security" : "Never";
        sheet.put("updates.automatic", off ? "Never" : automatic);
        if (off || !days.matches("[0-9]{1,5}")) {
            sheet.unmeasured(
                    "updates.deferralSeconds", off ? "updates do not install themselves" : "apt is given " + days);
        } else {
            sheet.put("updates.deferralSeconds", (Long.parseLong(days) + 1) * DAY);
        }
    }

    private void window(FactSheet sheet) {
        FileImage found = files().read(TIMER);
        String window = found == null
                ? null
                : found.text()
                        .lines()
                        .filter(line -> line.startsWith(WINDOW))
                        .map(line -> line.substring(WINDOW.length()))
                        .findFirst()
                        .orElse(null);
        if (window == null || window.length() > 256) {
            sheet.unmeasured("updates.window", "no policy has set the timer of the updates");
        } else {
            sheet.put("updates.window", TextNode.valueOf(window));
        }
    }
}
