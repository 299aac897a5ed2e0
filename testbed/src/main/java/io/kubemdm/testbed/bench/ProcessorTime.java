package io.kubemdm.testbed.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What processes have used of the processors. */
final class ProcessorTime {

    /** Kernel's clock ticks per second, proc(5). */
    private static final double TICKS = 100;

    private ProcessorTime() {}

    /** Seconds a process has used since its start, in user and kernel mode. */
    static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.UTF_8);
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        // utime and stime, proc(5) fields 14 and 15.
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS;
    }
}
