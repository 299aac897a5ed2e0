package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.usbStorage} and {@code settings.camera}: kernel modules that are never loaded (modprobe.d(5)); on the
 * whole machine they are unloaded, too. Blocking is stricter.
 */
public final class ModuleDriver extends FileDriver {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String BLOCK = "Block";
    private static final String READ_ONLY = "ReadOnly";

    private final String key;
    private final List<String> modules;
    private final List<String> modes;
    private final @Nullable Programs machine;
    private boolean asked;
    private @Nullable String obstacle;

    private ModuleDriver(
            String key, List<String> modules, List<String> modes, DeviceFiles files, @Nullable Programs machine) {
        super(files);
        this.key = key;
        this.modules = modules;
        this.modes = modes;
        this.machine = machine;
    }

    /**
     * Mass storage.
     *
     * @param machine null where only files below a root are meant
     */
    public static ModuleDriver usbStorage(DeviceFiles files, @Nullable Programs machine) {
        return new ModuleDriver(
                "usbStorage", List.of("usb_storage", "uas"), List.of("Allow", READ_ONLY, BLOCK), files, machine);
    }

    /**
     * Cameras by USB.
     *
     * @param machine null where only files below a root are meant
     */
    public static ModuleDriver camera(DeviceFiles files, @Nullable Programs machine) {
        return new ModuleDriver("camera", List.of("uvcvideo"), List.of("Allow", BLOCK), files, machine);
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public List<Setting> split(JsonNode value) {
        Fields.oneOf("settings." + key, value, modes.toArray(String[]::new));
        return List.of(new Setting(key + ":mode", value));
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        String why = machine == null ? null : obstacle(machine);
        if (why == null && value != null && value.asText().equals(READ_ONLY)) {
            why = "Linux has no switch that makes every USB disk read-only: choose Block or Allow";
        }
        return why == null ? Map.of() : Map.of(key, why);
    }

    /** Asked once: another kernel comes only with another start. */
    private @Nullable String obstacle(Programs programs) {
        if (!asked) {
            obstacle = whyNotBlockable(programs);
            asked = true;
        }
        return obstacle;
    }

    private @Nullable String whyNotBlockable(Programs programs) {
        String modinfo = programs.find("modinfo");
        if (modinfo == null || programs.find("modprobe") == null) {
            return "modprobe is not installed: apt-get install kmod";
        }
        Subprocess.Ended file = Subprocess.run(LIMIT, List.of(modinfo, "-n", modules.getFirst()));
        if (!file.isGood()) {
            return "this kernel has no module " + modules.getFirst();
        }
        return file.output().contains("(builtin)")
                ? modules.getFirst() + " is built into this kernel and cannot be kept from loading"
                : null;
    }

    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return modes.indexOf(one.asText()) >= modes.indexOf(other.asText()) ? one : other;
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return effective.stream()
                .filter(setting -> setting.value().asText().equals(BLOCK))
                .map(setting -> new Target(key + ":" + file(), setting.value(), List.of(setting.name())))
                .toList();
    }

    private String file() {
        return "/etc/modprobe.d/kubemdm-" + modules.getFirst().replace('_', '-') + ".conf";
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        StringBuilder text = new StringBuilder(ConfigLines.MARK).append('\n');
        modules.forEach(module -> text.append("blacklist ").append(module).append('\n'));
        // A blacklisted module still loads by its name; this one does not (modprobe.d(5), install).
        modules.forEach(module -> text.append("install ").append(module).append(" /bin/false\n"));
        return FileImage.text(text.toString(), 0644);
    }

    @Override
    public void set(Target target, Prior prior) {
        super.set(target, prior);
        String modprobe = machine == null ? null : machine.find("modprobe");
        if (modprobe != null) {
            // What is in use stays until the next start, and the fact says so.
            modules.reversed().forEach(module -> Subprocess.run(LIMIT, List.of(modprobe, "-r", module)));
        }
    }

    @Override
    public void measure(FactSheet sheet) {
        if (machine == null) {
            measureFile(sheet);
            return;
        }
        String why = obstacle(machine);
        String modprobe = machine.find("modprobe");
        if (why != null || modprobe == null) {
            sheet.unmeasured(key + ".mode", String.valueOf(why));
            return;
        }
        Subprocess.Ended config = Subprocess.run(LIMIT, List.of(modprobe, "--showconfig"));
        if (!config.isGood()) {
            sheet.unmeasured(key + ".mode", "modprobe: " + config.error());
            return;
        }
        boolean loaded = modules.stream().anyMatch(module -> machine.exists("/sys/module/" + module));
        sheet.put(key + ".mode", !loaded && isBlocked(config.output()) ? BLOCK : "Allow");
    }

    private void measureFile(FactSheet sheet) {
        try {
            FileImage found = files().read(file());
            sheet.put(key + ".mode", found != null && isBlocked(found.text()) ? BLOCK : "Allow");
        } catch (UnsafePath | StoreFailed e) {
            sheet.unmeasured(key + ".mode", String.valueOf(e.getMessage()));
        }
    }

    private boolean isBlocked(String config) {
        List<String> lines = config.lines().map(String::strip).toList();
        return modules.stream()
                .allMatch(module -> lines.contains("install " + module + " /bin/false")
                        || lines.contains("install " + module + " /bin/true"));
    }
}
