package io.kubemdm.testbed.bench;

import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.fleet.FleetListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** 2,000 agents at a 10 s heartbeat: what one costs the gateway, how fast they connect, what reaches etcd. */
final class FleetBench implements Benchmark {

    private static final int DEVICES = 2_000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration STEADY = Duration.ofMinutes(1);
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    @Override
    public String name() {
        return "fleet";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = settings.scaled(DEVICES);
        try (var own = settings.region(name(), 0);
                var bench = new BenchFleet(own.region(), FleetListener.NONE, HEARTBEAT, devices, settings.seed())) {
            bench.fleet().enrol(bench.request(), devices, 8);
            long gateway = bench.pid("kubemdm-gateway");
            double restBefore = ResidentMemory.mebibytes(gateway);
            double heapBefore = heapKibibytes(gateway);
            long start = System.nanoTime();
            bench.fleet().start(Duration.ofSeconds(1));
            BenchFleet.await(
                    () -> bench.fleet().counts().connected() == devices,
                    Duration.ofMinutes(5),
                    devices + " agents connected");
            figures.value("connects_per_s", "1/s", devices / ((System.nanoTime() - start) / 1e9));
            steady(bench, figures, settings);
            figures.value("gateway_heap_kib_per_agent", "KiB", (heapKibibytes(gateway) - heapBefore) / devices);
            figures.value(
                    "gateway_kib_per_agent", "KiB", (ResidentMemory.mebibytes(gateway) - restBefore) * 1024 / devices);
            figures.value("records_lost", "reports", (double) lost(bench));
        }
    }

    private static void steady(BenchFleet bench, Figures figures, BenchSettings settings) throws Exception {
        settings.progress().println("letting statuses settle, then measuring " + STEADY.toSeconds() + " s");
        AtomicLong before = new AtomicLong(-1);
        BenchFleet.await(
                () -> before.getAndSet(ApiWrites.of(bench.client())) == ApiWrites.of(bench.client()) && pause(5),
                Duration.ofMinutes(5),
                "no more writes");
        long writesBefore = ApiWrites.of(bench.client());
        double gatewayBefore = ProcessorTime.seconds(bench.pid("kubemdm-gateway"));
        double engineBefore = ProcessorTime.seconds(bench.pid("kubemdm-engine"));
        long start = System.nanoTime();
        pause(STEADY.toSeconds());
        double seconds = (System.nanoTime() - start) / 1e9;
        figures.value(
                "gateway_cpu",
                "cores",
                (ProcessorTime.seconds(bench.pid("kubemdm-gateway")) - gatewayBefore) / seconds);
        figures.value(
                "engine_cpu", "cores", (ProcessorTime.seconds(bench.pid("kubemdm-engine")) - engineBefore) / seconds);
        figures.value("api_writes_per_min", "1/min", (ApiWrites.of(bench.client()) - writesBefore) * 60 / seconds);
    }

    /** Lets time pass: what is measured here is a minute of nothing happening. */
    private static boolean pause(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Heartbeats that devices hold an acknowledgement of and Kafka does not have. */
    private static long lost(BenchFleet bench) {
        long acknowledged = bench.fleet().counts().acknowledgements();
        Set<String> kept = new HashSet<>();
        new Audit(bench.region()).read(Topic.REPORTS, record -> {
            var n = record.headers().lastHeader("ce_n");
            if (n != null && record.key().startsWith(BenchFleet.NAMESPACE + "/")) {
                kept.add(record.key() + "/"
                        + new String(record.headers().lastHeader("ce_boot").value(), StandardCharsets.UTF_8) + "/"
                        + new String(n.value(), StandardCharsets.UTF_8));
            }
        });
        return Math.max(0, acknowledged - kept.size());
    }

    /** Live heap after a full collection, as jcmd tells it. */
    private static double heapKibibytes(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("jcmd tells no heap of process " + pid);
        }
        return Double.parseDouble(used.group(1));
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String out = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return out;
    }
}
