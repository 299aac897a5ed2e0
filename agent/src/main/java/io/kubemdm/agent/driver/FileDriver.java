package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.UnsafePath;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Drivers whose targets are whole files, named by their path. */
abstract class FileDriver implements Driver {

    private final DeviceFiles files;

    FileDriver(DeviceFiles files) {
        this.files = files;
    }

    final DeviceFiles files() {
        return files;
    }

    /** The file that makes the target hold, given what was there before the agent came. */
    abstract FileImage image(Target target, @Nullable FileImage before);

    @Override
    public boolean holds(Target target, Prior prior) {
        try {
            return image(target, imageOf(prior)).isHeldBy(files.read(target.subject()), files.self());
        } catch (UnsafePath e) {
            return false;
        }
    }

    @Override
    public void set(Target target, Prior prior) {
        try {
            files.write(target.subject(), image(target, imageOf(prior)));
        } catch (UnsafePath e) {
            throw new SettingRefused("PathNotAllowed", e.getMessage());
        }
    }

    @Override
    public Prior capture(String target) {
        try {
            FileImage found = files.read(Target.subjectOf(target));
            return new Prior(found == null ? null : json(found));
        } catch (UnsafePath e) {
            throw new SettingRefused("PathNotAllowed", e.getMessage());
        }
    }

    @Override
    public void restore(String target, Prior prior) {
        try {
            FileImage before = imageOf(prior);
            if (before == null) {
                files.remove(Target.subjectOf(target));
            } else {
                files.write(Target.subjectOf(target), before);
            }
        } catch (UnsafePath e) {
            throw new SettingRefused("PathNotAllowed", e.getMessage());
        }
    }

    private static ObjectNode json(FileImage image) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("content", Base64.getEncoder().encodeToString(image.content()))
                .put("mode", image.mode())
                .put("owner", image.owner())
                .put("group", image.group());
    }

    static @Nullable FileImage imageOf(Prior prior) {
        JsonNode before = prior.before();
        if (before == null || before.isNull()) {
            return null;
        }
        return new FileImage(
                Base64.getDecoder().decode(before.path("content").asText()),
                before.path("mode").asInt(),
                before.path("owner").asText(),
                before.path("group").asText());
    }
}
