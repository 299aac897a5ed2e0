package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubemdm.testbed.bench.BenchSettings.OwnRegion;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.region.RegionState.PartState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** What each part weighs, idle and with 10,000 Device objects, and how long each takes to start. */
final class FootprintBench implements Benchmark {

    private static final int DEVICES = 10_000;
    private static final int STARTS = 20;
    private static final Pattern STARTED = Pattern.compile("started in ([0-9.]+)s");

    @Override
    public String name() {
        return "footprint";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        try (OwnRegion own = settings.region(name(), 1)) {
            weigh(own, figures, "");
            figures.distribution("agent_connect_s", "s", connects(settings, own), 1_000_000);
            int devices = settings.scaled(DEVICES);
            settings.progress().println("creating " + devices + " Device objects");
            createDevices(own, devices);
            weigh(own, figures, "_" + devices + "_devices");
        }
    }

    /** {@code kubemdm-agent run} typed → connected, of a device that has enrolled before. */
    private static Histogram connects(BenchSettings settings, OwnRegion own) throws Exception {
        Histogram connects = new Histogram(3);
        Path folder = own.region().folder().path().resolve("typed");
        try (var bench = new BenchFleet(own.region(), FleetListener.NONE, Duration.ofMinutes(5), 1, settings.seed());
                TypedAgent agent = new TypedAgent(settings.checkout(), folder)) {
            agent.enroll(bench.enrollOptions());
            for (int i = 0; i < settings.scaled(STARTS); i++) {
                long start = System.nanoTime();
                agent.connect();
                connects.recordValue((System.nanoTime() - start) / 1_000);
                agent.kill();
            }
        }
        return connects;
    }

    private static void weigh(OwnRegion own, Figures figures, String suffix) throws IOException {
        for (PartState part : own.region().state().orElseThrow().parts()) {
            if (part.pid() == null) {
                continue;
            }
            String metric = metricOf(part.name());
            figures.value(metric + "_rss_mb" + suffix, "MiB", ResidentMemory.mebibytes(part.pid()));
            if (suffix.isEmpty() && part.log() != null) {
                Matcher started = STARTED.matcher(Files.readString(Path.of(part.log()), StandardCharsets.UTF_8));
                if (started.find()) {
                    figures.value(metric + "_start_s", "s", Double.parseDouble(started.group(1)));
                }
            }
        }
    }

    /** {@code agent-default-1} is the agent, {@code kubemdm-gateway-0} the gateway. */
    private static String metricOf(String part) {
        return part.replaceFirst("^kubemdm-", "")
                .replaceAll("(-default)?-[0-9]+$", "")
                .replace('-', '_');
    }

    private static void createDevices(OwnRegion own, int count) throws Exception {
        Config config = Config.fromKubeconfig(own.region().folder().kubeconfig().toFile());
        try (KubernetesClient client =
                        new KubernetesClientBuilder().withConfig(config).build();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore underWay = new Semaphore(16);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String name = "d-footprint-" + i;
                underWay.acquire();
                all.add(executor.submit(() -> {
                    try {
                        client.resource(device(name)).create();
                    } finally {
                        underWay.release();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static String device(String name) {
        return """
                apiVersion: kubemdm.io/v1alpha1
                kind: Device
                metadata:
                  name: %s
                  namespace: default
                  labels: {site: footprint}
                spec: {platform: Linux, ownership: Corporate}
                """.formatted(name);
    }
}
