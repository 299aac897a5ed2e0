package io.kubemdm.testbed.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Marks in the environment of processes, by which they are found again. The kernel's process table is the only list of
 * what runs that no crash can falsify: a file of process ids misses the process started just before it was written.
 */
public final class Marks {

    /** Whose process it is: the region's folder. */
    public static final String OWNER = "KUBEMDM_TESTBED";

    /** Which part it is. */
    public static final String PART = "KUBEMDM_TESTBED_PART";

    /** What it was started from. */
    public static final String SPEC = "KUBEMDM_TESTBED_SPEC";

    private static final Path TABLE = Path.of("/proc");

    private Marks() {}

    /**
     * A marked process that runs.
     *
     * @param part its mark
     * @param spec its mark
     */
    public record Marked(ProcessHandle process, String part, String spec) {}

    /** The environment of a marked process. */
    public static Map<String, String> environment(Path owner, String part, String spec) {
        return Map.of(OWNER, owner.toString(), PART, part, SPEC, spec);
    }

    /** Every process of an owner that runs now, the asking one excepted. */
    public static List<Marked> of(Path owner) {
        List<Marked> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(TABLE, "[0-9]*")) {
            for (Path process : processes) {
                read(process, owner).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new IllegalStateException("no process table in " + TABLE + ": the testbed runs on Linux", e);
        }
        return found;
    }

    private static Optional<Marked> read(Path process, Path owner) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid == ProcessHandle.current().pid()) {
            return Optional.empty();
        }
        Map<String, String> environment = new HashMap<>();
        try {
            byte[] block = Files.readAllBytes(process.resolve("environ"));
            for (String entry : new String(block, StandardCharsets.UTF_8).split("\0", -1)) {
                int equals = entry.indexOf('=');
                if (equals > 0) {
                    environment.put(entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
        } catch (IOException e) {
            // Gone meanwhile, or another person's.
            return Optional.empty();
        }
        String part = environment.get(PART);
        String spec = environment.get(SPEC);
        if (!owner.toString().equals(environment.get(OWNER)) || part == null || spec == null) {
            return Optional.empty();
        }
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(handle -> new Marked(handle, part, spec));
    }
}
