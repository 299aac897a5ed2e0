package io.kubemdm.testbed.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What processes have used of the processors. */
final class ProcessorTime {

    /** Kernel's clock ticks per second, proc(5). */
    private static final double TICKS = 100;

    private static final List<String> PARTS = List.of(
            "kubemdm-operator",
            "kubemdm-engine",
            "kubemdm-gateway",
            "kubemdm-enroll",
            "kubemdm-bridge",
            "kafka",
            "kube-apiserver",
            "etcd");

    private ProcessorTime() {}

    /** Seconds that each part of a fleet's region has used, and the simulated devices, which are this process. */
    static Map<String, Double> perPart(BenchFleet bench) throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        for (String part : PARTS) {
            seconds.put(part.replaceFirst("^kubemdm-", ""), seconds(bench.pid(part)));
        }
        seconds.put("devices", seconds(ProcessHandle.current().pid()));
        return seconds;
    }

    /** Prints what each part has used per device since {@code before}, in milliseconds. */
    static void tell(Figures figures, BenchFleet bench, Map<String, Double> before, int devices) throws IOException {
        Map<String, Double> after = perPart(bench);
        for (Map.Entry<String, Double> part : before.entrySet()) {
            figures.value(
                    part.getKey() + "_ms_per_device",
                    "ms",
                    (after.getOrDefault(part.getKey(), 0.0) - part.getValue()) * 1_000 / devices);
        }
    }

    /** Seconds a process has used since its start, in user and kernel mode. */
    static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.UTF_8);
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        // utime and stime, proc(5) fields 14 and 15.
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS;
    }
}
