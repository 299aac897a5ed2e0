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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code settings.screenLock}: values and locks in the dconf system database {@code local}, and the profile that reads it,
 * so that no user can set less (GNOME System Administration Guide, "Lockdown"). The shorter time is stricter.
 */
public final class ScreenLockDriver extends FileDriver {

    private static final Logger LOG = LoggerFactory.getLogger(ScreenLockDriver.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String VALUES = "/etc/dconf/db/local.d/90-kubemdm";
    private static final String LOCKS = "/etc/dconf/db/local.d/locks/90-kubemdm";
    private static final String PROFILE = "/etc/dconf/profile/user";
    private static final String DATABASE = "screenLock:database";
    private static final String SYSTEM_DB = "system-db:local";
    private static final String SESSION = "org/gnome/desktop/session";
    private static final String SCREENSAVER = "org/gnome/desktop/screensaver";
    private static final String SCHEMA = "/usr/share/glib-2.0/schemas/org.gnome.desktop.screensaver.gschema.xml";
    private static final Pattern NUMBER = Pattern.compile("uint32 ([0-9]{1,10})");
    private static final long MOST = 86_400;
    private static final long NEVER = -1;
    private static final long UNSAID = -2;

    private static final Map<String, Fields.Check> FIELDS = Map.of(
            // No time at all means never to GNOME.
            "idleTimeout", Fields.duration(1, MOST),
            "lockDelay", Fields.duration(0, MOST));

    private final @Nullable Programs machine;

    /** A driver; {@code machine} is null where only files below a root are meant. */
    public ScreenLockDriver(DeviceFiles files, @Nullable Programs machine) {
        super(files);
        this.machine = machine;
    }

    @Override
    public String key() {
        return "screenLock";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        return Fields.split(key(), value, FIELDS);
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        String why = machine == null ? null : obstacle(machine);
        return why == null ? Map.of() : Map.of("screenLock", why);
    }

    private static @Nullable String obstacle(Programs programs) {
        if (!programs.exists(SCHEMA)) {
            return "this device has no desktop that reads org.gnome.desktop.screensaver";
        }
        return programs.find("dconf") == null ? "dconf is not installed: apt-get install dconf-cli" : null;
    }

    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return one.asLong() <= other.asLong() ? one : other;
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        if (effective.isEmpty()) {
            return List.of();
        }
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        effective.forEach(setting -> wanted.set(setting.subject(), setting.value()));
        List<String> sources = effective.stream().map(Setting::name).toList();
        List<Target> targets = new ArrayList<>();
        for (String file : List.of(VALUES, LOCKS, PROFILE)) {
            targets.add(new Target("screenLock:" + file, wanted, sources));
        }
        if (machine != null) {
            targets.add(new Target(DATABASE, wanted, sources));
        }
        return targets;
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        boolean idle = target.wanted().has("idleTimeout");
        boolean delay = target.wanted().has("lockDelay");
        String text =
                switch (target.subject()) {
                    case VALUES -> values(target.wanted());
                    case LOCKS ->
                        (idle ? "/" + SESSION + "/idle-delay\n" : "")
                                + ("/" + SCREENSAVER + "/lock-enabled\n")
                                + (delay ? "/" + SCREENSAVER + "/lock-delay\n" : "");
                    default -> profile(before == null ? "" : before.text());
                };
        return FileImage.text(text, before == null || !target.subject().equals(PROFILE) ? 0644 : before.mode());
    }

    private static String values(JsonNode wanted) {
        StringBuilder text = new StringBuilder(ConfigLines.MARK).append('\n');
        if (wanted.has("idleTimeout")) {
            text.append("[" + SESSION + "]\nidle-delay=uint32 ")
                    .append(wanted.path("idleTimeout").asLong())
                    .append('\n');
        }
        text.append("[" + SCREENSAVER + "]\nlock-enabled=true\n");
        if (wanted.has("lockDelay")) {
            text.append("lock-delay=uint32 ")
                    .append(wanted.path("lockDelay").asLong())
                    .append('\n');
        }
        return text.toString();
    }

    /** The profile with our database before other system databases, behind the user's own. */
    private static String profile(String before) {
        List<String> lines = new ArrayList<>(before.lines().toList());
        if (lines.stream().anyMatch(line -> line.strip().equals(SYSTEM_DB))) {
            return before;
        }
        int at = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith("user-db:")) {
                at = i + 1;
            }
        }
        if (at == 0) {
            lines.addFirst("user-db:user");
            at = 1;
        }
        lines.add(at, SYSTEM_DB);
        return String.join("\n", lines) + "\n";
    }

    @Override
    public boolean holds(Target target, Prior prior) {
        if (!target.name().equals(DATABASE)) {
            return super.holds(target, prior);
        }
        return (!target.wanted().has("idleTimeout")
                        || target.wanted().path("idleTimeout").asLong() == number(SESSION + "/idle-delay"))
                && (!target.wanted().has("lockDelay")
                        || target.wanted().path("lockDelay").asLong() == number(SCREENSAVER + "/lock-delay"));
    }

    @Override
    public void set(Target target, Prior prior) {
        if (target.name().equals(DATABASE)) {
            String failure = update();
            if (failure != null) {
                throw new SettingRefused("NotHeld", failure);
            }
        } else {
            super.set(target, prior);
        }
    }

    @Override
    public Prior capture(String target) {
        return target.equals(DATABASE) ? new Prior(TextNode.valueOf("compiled from the files")) : super.capture(target);
    }

    @Override
    public void restore(String target, Prior prior) {
        if (!target.equals(DATABASE)) {
            super.restore(target, prior);
        }
    }

    @Override
    public void activate() {
        String failure = update();
        if (failure != null) {
            LOG.warn("{}", failure);
        }
    }

    /** Compiles the databases anew; what went wrong, null for nothing. */
    private @Nullable String update() {
        String dconf = machine == null ? null : machine.find("dconf");
        if (dconf == null) {
            return null;
        }
        Subprocess.Ended update = Subprocess.run(LIMIT, List.of(dconf, "update"));
        return update.isGood() ? null : "dconf update: " + update.error();
    }

    @Override
    public void measure(FactSheet sheet) {
        String why = machine == null ? null : obstacle(machine);
        if (why != null) {
            sheet.unmeasured("screenLock.idleTimeoutSeconds", why);
            sheet.unmeasured("screenLock.lockDelaySeconds", why);
            return;
        }
        try {
            boolean never = "false".equals(read(SCREENSAVER + "/lock-enabled"));
            tell(sheet, "screenLock.idleTimeoutSeconds", number(SESSION + "/idle-delay"));
            tell(sheet, "screenLock.lockDelaySeconds", never ? NEVER : number(SCREENSAVER + "/lock-delay"));
        } catch (UnsafePath | StoreFailed e) {
            sheet.unmeasured("screenLock.idleTimeoutSeconds", String.valueOf(e.getMessage()));
            sheet.unmeasured("screenLock.lockDelaySeconds", String.valueOf(e.getMessage()));
        }
    }

    private static void tell(FactSheet sheet, String fact, long seconds) {
        if (seconds == UNSAID) {
            sheet.unmeasured(fact, "the dconf system database has no value: each user's own applies");
        } else {
            sheet.put(fact, seconds);
        }
    }

    private long number(String key) {
        Matcher matcher = NUMBER.matcher(String.valueOf(read(key)));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : UNSAID;
    }

    /** As a user without a value of their own is given it; below a root what our file says. */
    private @Nullable String read(String key) {
        String dconf = machine == null ? null : machine.find("dconf");
        if (dconf != null) {
            Subprocess.Ended value = Subprocess.run(
                    LIMIT,
                    List.of(
                            "/usr/bin/env",
                            "DCONF_PROFILE=user",
                            "XDG_CONFIG_HOME=/nonexistent",
                            dconf,
                            "read",
                            "/" + key));
            return value.isGood() ? value.output().strip() : null;
        }
        FileImage found = files().read(VALUES);
        String name = key.substring(key.lastIndexOf('/') + 1) + "=";
        return found == null
                ? null
                : found.text()
                        .lines()
                        .filter(line -> line.startsWith(name))
                        .map(line -> line.substring(name.length()))
                        .findFirst()
                        .orElse(null);
    }
}
