package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.sysctl}: one file in {@code /etc/sysctl.d}, and the running kernel where the root is the whole
 * machine.
 */
public final class SysctlDriver extends FileDriver {

    private static final String FILE = "/etc/sysctl.d/90-kubemdm.conf";
    private static final String RUNNING = "sysctl:/proc/sys/";
    private static final Pattern KEY = Pattern.compile("[a-z0-9_-]+([.][A-Za-z0-9_-]+)+");
    private static final int MAX_KEYS = 128;
    private static final int MAX_VALUE = 256;

    /** Parameters that name a program the kernel runs as root. */
    private static final Set<String> NEVER = Set.of(
            "kernel.core_pattern",
            "kernel.modprobe",
            "kernel.hotplug",
            "kernel.poweroff_cmd",
            "kernel.core_pipe_limit");

    private static final List<String> NEVER_BEGINNING = List.of("kernel.usermodehelper", "fs.binfmt_misc");

    private final KernelParameters kernel;
    private List<String> watched = List.of();

    /** A driver for the file below the device's root and, for the whole machine, its kernel. */
    public SysctlDriver(DeviceFiles files, KernelParameters kernel) {
        super(files);
        this.kernel = kernel;
    }

    @Override
    public String key() {
        return "sysctl";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        if (!value.isObject() || value.size() > MAX_KEYS) {
            throw new SettingRefused("InvalidSetting", "settings.sysctl is a map of at most " + MAX_KEYS + " keys");
        }
        List<Setting> settings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String key = entry.getKey();
            String text = entry.getValue().asText();
            if (key.length() > 128 || !KEY.matcher(key).matches()) {
                throw new SettingRefused("InvalidSetting", "'" + key + "' is not a dotted sysctl name");
            }
            if (NEVER.contains(key) || NEVER_BEGINNING.stream().anyMatch(key::startsWith)) {
                throw new SettingRefused("KeyNotAllowed", key + " names a program the kernel would run");
            }
            if (text.length() > MAX_VALUE || text.chars().anyMatch(c -> c < ' ' && c != '\t')) {
                throw new SettingRefused("InvalidSetting", key + " has a value that is not one line of text");
            }
            settings.add(new Setting("sysctl:" + key, TextNode.valueOf(text)));
        }
        return settings;
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        if (effective.isEmpty()) {
            return List.of();
        }
        ObjectNode lines = JsonNodeFactory.instance.objectNode();
        effective.forEach(setting -> lines.set(setting.subject(), setting.value()));
        List<Target> targets = new ArrayList<>();
        targets.add(new Target(
                "sysctl:" + FILE, lines, effective.stream().map(Setting::name).toList()));
        if (files().isWholeMachine()) {
            for (Setting setting : effective) {
                targets.add(new Target(
                        RUNNING + setting.subject().replace('.', '/'), setting.value(), List.of(setting.name())));
            }
        }
        return targets;
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        Map<String, String> lines = new TreeMap<>();
        target.wanted()
                .properties()
                .forEach(line -> lines.put(line.getKey(), line.getValue().asText()));
        StringBuilder text = new StringBuilder(ConfigLines.MARK).append('\n');
        lines.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        return FileImage.text(text.toString(), 0644);
    }

    @Override
    public boolean holds(Target target, Prior prior) {
        return isRunning(target.name())
                ? kernel.same(target.wanted().asText(), kernel.read(parameter(target.name())))
                : super.holds(target, prior);
    }

    @Override
    public void set(Target target, Prior prior) {
        if (isRunning(target.name())) {
            kernel.write(parameter(target.name()), target.wanted().asText());
        } else {
            super.set(target, prior);
        }
    }

    @Override
    public Prior capture(String target) {
        if (!isRunning(target)) {
            return super.capture(target);
        }
        String value = kernel.read(parameter(target));
        return new Prior(value == null ? null : TextNode.valueOf(value));
    }

    @Override
    public void restore(String target, Prior prior) {
        if (!isRunning(target)) {
            super.restore(target, prior);
        } else if (prior.before() != null && !prior.before().isNull()) {
            kernel.write(parameter(target), prior.before().asText());
        }
    }

    @Override
    public void watch(List<Setting> spoken) {
        watched = spoken.stream().map(Setting::subject).distinct().sorted().toList();
    }

    @Override
    public void measure(FactSheet sheet) {
        Map<String, String> values = new TreeMap<>();
        try {
            Map<String, String> lines = files().isWholeMachine() ? Map.of() : written();
            for (String key : watched) {
                String value = files().isWholeMachine() ? kernel.read(key.replace('.', '/')) : lines.get(key);
                if (value != null) {
                    values.put(key, value.replaceAll("\\s+", " "));
                }
            }
            sheet.put("sysctl", values);
        } catch (UnsafePath | StoreFailed e) {
            sheet.unmeasured("sysctl", String.valueOf(e.getMessage()));
        }
    }

    /** What our file says, for a root that has no kernel. */
    private Map<String, String> written() {
        FileImage found = files().read(FILE);
        Map<String, String> lines = new TreeMap<>();
        if (found != null) {
            found.text()
                    .lines()
                    .filter(line -> line.indexOf('=') > 0)
                    .forEach(line -> lines.put(
                            line.substring(0, line.indexOf('=')).strip(),
                            line.substring(line.indexOf('=') + 1).strip()));
        }
        return lines;
    }

    private static boolean isRunning(String target) {
        return target.startsWith(RUNNING);
    }

    private static String parameter(String target) {
        return target.substring(RUNNING.length());
    }
}
