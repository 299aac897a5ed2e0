package io.kubemdm.testbed.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a figure comes from.
 *
 * @param machine processors, memory, processor model and JDK
 * @param commit abbreviated, with {@code -dirty} when the work tree has changes, or {@code unknown} outside a checkout
 */
public record Provenance(String machine, String commit) {

    /** Of this machine and the checkout at {@code root}. */
    public static Provenance here(Path root) {
        return new Provenance(machineText(), commitAt(root));
    }

    private static String machineText() {
        oshi.hardware.CentralProcessor processor =
                new oshi.SystemInfo().getHardware().getProcessor();
        long memory = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
        return String.format(
                Locale.ROOT,
                "%d × %s, %d GiB, JDK %s",
                Runtime.getRuntime().availableProcessors(),
                processor.getProcessorIdentifier().getName().strip(),
                Math.round(memory / (double) (1L << 30)),
                Runtime.version().feature());
    }

    private static String commitAt(Path root) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*")
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 && !answer.isEmpty() ? answer : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
