package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.bundle.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code settings.files}: text files below the prefixes that the device's own configuration allows, never code. */
public final class FilesDriver extends FileDriver {

    private static final int MAX_FILES = 64;
    private static final int MAX_CONTENT = 64 << 10;

    private final PathLimits limits;
    private List<String> watched = List.of();

    /** A driver that keeps within {@code limits}. */
    public FilesDriver(DeviceFiles files, PathLimits limits) {
        super(files);
        this.limits = limits;
    }

    @Override
    public String key() {
        return "files";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        if (!value.isArray() || value.size() > MAX_FILES) {
            throw new SettingRefused("InvalidSetting", "settings.files is a list of at most " + MAX_FILES + " files");
        }
        List<Setting> settings = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode file : value) {
            String path = file.path("path").asText();
            limits.check(path);
            checkMode(path, file.path("mode").asText("0644"));
            if (file.path("content").asText().length() > MAX_CONTENT) {
                throw new SettingRefused("InvalidSetting", path + " has more than " + MAX_CONTENT + " characters");
            }
            if (!seen.add(path)) {
                throw new SettingRefused("InvalidSetting", path + " is in settings.files twice");
            }
            settings.add(new Setting("files:" + path, file));
        }
        return settings;
    }

    private static void checkMode(String path, String mode) {
        if (!mode.matches("0[0-7]{3}")) {
            throw new SettingRefused("InvalidSetting", path + " has mode '" + mode + "', not 0 and three octal digits");
        }
        if ((Integer.parseInt(mode, 8) & 0111) != 0) {
            throw new SettingRefused(
                    "ModeNotAllowed", path + " has mode " + mode + ": a bundle carries no code to run");
        }
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return effective.stream()
                .map(setting -> new Target(setting.name(), setting.value(), List.of(setting.name())))
                .toList();
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        int mode = Integer.parseInt(target.wanted().path("mode").asText("0644"), 8);
        return FileImage.text(target.wanted().path("content").asText(), mode);
    }

    @Override
    public void watch(List<Setting> spoken) {
        watched = spoken.stream().map(Setting::subject).distinct().sorted().toList();
    }

    @Override
    public void measure(FactSheet sheet) {
        Map<String, String> digests = new TreeMap<>();
        for (String path : watched) {
            try {
                FileImage found = files().read(path);
                if (found != null) {
                    digests.put(path, Digest.of(found.content()));
                }
            } catch (UnsafePath | StoreFailed e) {
                sheet.unmeasured("files.digests." + path, String.valueOf(e.getMessage()));
            }
        }
        sheet.put("files.digests", digests);
    }
}
