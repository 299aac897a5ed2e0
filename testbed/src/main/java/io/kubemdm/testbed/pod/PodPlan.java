package io.kubemdm.testbed.pod;

import io.fabric8.kubernetes.api.model.Probe;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a Deployment as a process on this machine.
 *
 * @param name the pod's name, stable over restarts: deployment and ordinal
 * @param namespace the Deployment's
 * @param serviceAccount whose token it gets; null when the pod asks for none
 * @param image as the chart names it
 * @param arguments the container's command and args, variables expanded, mount paths made local
 * @param environment likewise, with the ports and the pod's name
 * @param files what its volumes hold, by path below {@link #root}
 * @param folders volumes that start empty
 * @param root the folder that stands for the container's {@code /}
 * @param ports local port by the name of the container port
 * @param probes of the container
 * @param memoryLimit in bytes; null without a limit
 * @param graceSeconds between SIGTERM and SIGKILL
 */
public record PodPlan(
        String name,
        String namespace,
        @Nullable String serviceAccount,
        String image,
        List<String> arguments,
        SortedMap<String, String> environment,
        SortedMap<String, MountedFile> files,
        List<String> folders,
        Path root,
        SortedMap<String, Integer> ports,
        Probes probes,
        @Nullable Long memoryLimit,
        long graceSeconds) {

    /** The three questions a kubelet asks; null when the chart does not. */
    public record Probes(
            @Nullable Probe startup,
            @Nullable Probe readiness,
            @Nullable Probe liveness) {}

    /**
     * A file of a volume.
     *
     * @param content its bytes, local paths already in it
     * @param mode POSIX permission bits
     */
    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way to the disk, never compared.
    public record MountedFile(byte[] content, int mode) {

        /** Never the content: it may be a key. */
        @Override
        public String toString() {
            return content.length + " bytes, mode " + Integer.toOctalString(mode);
        }
    }

    /** The ports as the environment names them, e.g. {@code channel} as {@code PORT_CHANNEL}. */
    public static String portVariable(String portName) {
        return "PORT_" + portName.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Nothing secret: names and places only. */
    @Override
    public String toString() {
        return namespace + "/" + name + " " + image + " ports=" + ports + " files=" + files.keySet() + " environment="
                + environment.keySet();
    }
}
