package io.kubemdm.testbed.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.kubemdm.testbed.pod.PodPlan.MountedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a container's volume mounts hold. */
final class VolumeFiles {

    private static final int DEFAULT_MODE = 0644;

    private final String pod;
    private final String namespace;
    private final ClusterObjects objects;
    private final SortedMap<String, MountedFile> files = new TreeMap<>();
    private final List<String> folders = new ArrayList<>();

    VolumeFiles(String pod, String namespace, ClusterObjects objects) {
        this.pod = pod;
        this.namespace = namespace;
        this.objects = objects;
    }

    SortedMap<String, MountedFile> files() {
        return files;
    }

    List<String> folders() {
        return folders;
    }

    /** Reads every mount of a container; text of ConfigMaps is made local. */
    void mount(Container container, List<Volume> volumes, MountPaths paths) {
        for (VolumeMount mount : container.getVolumeMounts()) {
            Volume volume = volumes.stream()
                    .filter(one -> one.getName().equals(mount.getName()))
                    .findFirst()
                    .orElseThrow(() -> refusal(mount.getName(), "is mounted but is no volume of the pod"));
            if (volume.getEmptyDir() != null) {
                folders.add(mount.getMountPath());
                continue;
            }
            SortedMap<String, MountedFile> content = content(volume, paths);
            if (mount.getSubPath() == null) {
                content.forEach((path, file) -> files.put(mount.getMountPath() + "/" + path, file));
            } else {
                MountedFile file = content.get(mount.getSubPath());
                if (file == null) {
                    throw refusal(mount.getName(), "has no " + mount.getSubPath() + " for subPath");
                }
                files.put(mount.getMountPath(), file);
            }
        }
    }

    private SortedMap<String, MountedFile> content(Volume volume, MountPaths paths) {
        SortedMap<String, MountedFile> content = new TreeMap<>();
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            project(
                    content,
                    "ConfigMap",
                    source.getName(),
                    source.getItems(),
                    source.getDefaultMode(),
                    source.getOptional(),
                    paths);
        } else if (volume.getSecret() != null) {
            var source = volume.getSecret();
            project(
                    content,
                    "Secret",
                    source.getSecretName(),
                    source.getItems(),
                    source.getDefaultMode(),
                    source.getOptional(),
                    paths);
        } else if (volume.getProjected() != null) {
            Integer mode = volume.getProjected().getDefaultMode();
            for (VolumeProjection source : volume.getProjected().getSources()) {
                projected(content, volume.getName(), source, mode, paths);
            }
        } else {
            throw refusal(volume.getName(), "only configMap, secret, projected and emptyDir volumes exist here");
        }
        return content;
    }

    private void projected(
            SortedMap<String, MountedFile> content,
            String name,
            VolumeProjection source,
            @Nullable Integer mode,
            MountPaths paths) {
        if (source.getConfigMap() != null) {
            var map = source.getConfigMap();
            project(content, "ConfigMap", map.getName(), map.getItems(), mode, map.getOptional(), paths);
        } else if (source.getSecret() != null) {
            var secret = source.getSecret();
            project(content, "Secret", secret.getName(), secret.getItems(), mode, secret.getOptional(), paths);
        } else {
            throw refusal(name, "only configMap and secret sources are projected here");
        }
    }

    private void project(
            SortedMap<String, MountedFile> content,
            String kind,
            String name,
            List<KeyToPath> items,
            @Nullable Integer mode,
            @Nullable Boolean optional,
            MountPaths paths) {
        boolean text = kind.equals("ConfigMap");
        Optional<Map<String, byte[]>> found =
                text ? objects.configMapData(namespace, name) : objects.secretData(namespace, name);
        if (found.isEmpty()) {
            if (Boolean.TRUE.equals(optional)) {
                return;
            }
            throw refusal(kind + " " + name, "does not exist in namespace " + namespace);
        }
        int bits = mode == null ? DEFAULT_MODE : mode;
        if (items.isEmpty()) {
            found.get().forEach((key, value) -> content.put(key, file(value, bits, text, paths)));
        }
        for (KeyToPath item : items) {
            byte[] value = found.get().get(item.getKey());
            if (value == null && !Boolean.TRUE.equals(optional)) {
                throw refusal(kind + " " + name, "has no key " + item.getKey());
            }
            if (value != null) {
                content.put(item.getPath(), file(value, item.getMode() == null ? bits : item.getMode(), text, paths));
            }
        }
    }

    private static MountedFile file(byte[] value, int mode, boolean text, MountPaths paths) {
        byte[] local = text
                ? paths.localise(new String(value, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8)
                : value;
        return new MountedFile(local, mode);
    }

    private PodRefusal refusal(String volume, String why) {
        return new PodRefusal(pod, "volume " + volume, why);
    }
}
