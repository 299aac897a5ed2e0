package io.kubemdm.testbed.pod;

import io.kubemdm.testbed.pod.PodPlan.MountedFile;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lays a planned pod's files on the disk and says which process it is. */
public final class PodProcess {

    private PodProcess() {}

    /**
     * Writes what the pod's volumes hold; a file that is right already is not touched, one that is no longer held goes.
     */
    public static void lay(PodPlan plan) {
        try {
            for (String folder : plan.folders()) {
                Files.createDirectories(Path.of(plan.root() + folder));
            }
            Files.createDirectories(plan.root());
            for (Map.Entry<String, MountedFile> entry : plan.files().entrySet()) {
                write(Path.of(plan.root() + entry.getKey()), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the volumes of " + plan.name(), e);
        }
    }

    private static void write(Path path, MountedFile file) throws IOException {
        Files.createDirectories(path.getParent());
        if (Files.exists(path) && Arrays.equals(Files.readAllBytes(path), file.content())) {
            return;
        }
        Files.deleteIfExists(path);
        Files.createFile(path);
        Files.setPosixFilePermissions(path, permissions(file.mode()));
        Files.write(path, file.content());
    }

    /** The owner may always read and write: no kubelet's root stands behind a local file. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions =
                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        if ((mode & 0040) != 0) {
            permissions.add(PosixFilePermission.GROUP_READ);
        }
        if ((mode & 0004) != 0) {
            permissions.add(PosixFilePermission.OTHERS_READ);
        }
        return permissions;
    }

    /**
     * The process of a pod.
     *
     * @param java the Java program
     * @param options of the virtual machine, e.g. its class archive
     * @param kubeconfig with its ServiceAccount's token; not given when the pod asks for none
     * @throws PodRefusal when the container does not run Java
     */
    public static ChildSpec of(PodPlan plan, Path java, List<String> options, Path kubeconfig) {
        if (!plan.arguments().getFirst().equals("java")) {
            throw new PodRefusal(plan.name(), "command", "must begin with java: no other program is in our images");
        }
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(options);
        if (plan.memoryLimit() != null) {
            // A container's limit is what the virtual machine takes for the machine's memory.
            command.add("-XX:MaxRAM=" + plan.memoryLimit());
        }
        if (plan.folders().contains("/tmp")) {
            command.add("-Djava.io.tmpdir=" + plan.root() + "/tmp");
        }
        command.addAll(plan.arguments().subList(1, plan.arguments().size()));
        Map<String, String> environment = new TreeMap<>(plan.environment());
        if (plan.serviceAccount() != null) {
            environment.put("KUBECONFIG", kubeconfig.toString());
        }
        Path folder = plan.root().getParent();
        return new ChildSpec(plan.name(), command, environment, folder, folder.resolve("log"), Lifeline.DETACHED);
    }
}
