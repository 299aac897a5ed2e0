package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A rollout of 1, 10 and 100 % without soak, from its creation until the last device's report that it has the bundle is in
 * Kafka; what it costs the operator, and what it writes to the Kubernetes API.
 */
final class RolloutBench implements Benchmark {

    private static final int DEVICES = 2_000;

    /** Nobody heartbeats while it is measured. */
    private static final Duration HEARTBEAT = Duration.ofMinutes(30);

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "rollout";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = settings.scaled(DEVICES);
        LineWatch watch = new LineWatch("line");
        try (var own = settings.region(name(), 0, "approvals: {rollouts: 0}");
                var bench = new BenchFleet(own.region(), watch, HEARTBEAT, devices, settings.seed())) {
            BenchLine line = new BenchLine(bench, "line");
            bench.bringUp(devices, Duration.ofSeconds(2 + devices / 500));
            for (String warmUp : new String[] {"1.0.0", "1.1.0"}) {
                line.publish(warmUp);
                line.rollOut(warmUp);
                BenchFleet.await(() -> watch.holders(warmUp) == devices, PATIENCE, "everybody has " + warmUp);
                bench.awaitQuiet(settings.progress());
            }
            line.publish("1.2.0");
            bench.awaitQuiet(settings.progress());
            measure(bench, line, watch, devices, figures, settings);
        }
    }

    private static void measure(
            BenchFleet bench, BenchLine line, LineWatch watch, int devices, Figures figures, BenchSettings settings)
            throws Exception {
        String version = "1.2.0";
        long deviceWrites = ApiWrites.of(bench.client(), "devices");
        LongAdder statusWrites = new LongAdder();
        Map<String, Double> before = ProcessorTime.perPart(bench);
        Watch watching = statusWrites(bench, line.name(version), statusWrites);
        try {
            long start = System.nanoTime();
            line.rollOut(version);
            BenchFleet.await(() -> watch.holders(version) == devices, PATIENCE, "everybody has " + version);
            figures.value("complete_" + devices, "s", (watch.lastHeld(version) - start) / 1e9);
            line.awaitPhase(version, "Completed");
            double completed = (System.nanoTime() - start) / 1e9;
            figures.value("completed_status_" + devices, "s", completed);
            figures.value(
                    "orders_per_s",
                    "1/s",
                    devices / (Math.max(1, watch.lastOrder(version) - watch.firstOrder(version)) / 1e9));
            figures.value("first_order", "ms", (watch.firstOrder(version) - start) / 1e6);
            figures.value("orders_per_device", "orders", (double) watch.orders(version) / devices);
            ProcessorTime.tell(figures, bench, before, devices);
            bench.awaitQuiet(settings.progress());
            figures.value(
                    "etcd_writes_per_device",
                    "writes",
                    (double) (ApiWrites.of(bench.client(), "devices") - deviceWrites) / devices);
            figures.value("rollout_status_writes", "writes", (double) statusWrites.sum());
            figures.value("rollout_status_writes_per_s", "1/s", statusWrites.sum() / completed);
        } finally {
            watching.close();
        }
    }

    /** Counts every change of a rollout after its creation. */
    private static Watch statusWrites(BenchFleet bench, String name, LongAdder writes) {
        return bench.client()
                .genericKubernetesResources("kubemdm.io/v1alpha1", "Rollout")
                .inNamespace(bench.namespace())
                .withName(name)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource rollout) {
                        if (action == Action.MODIFIED) {
                            writes.increment();
                        }
                    }

                    @Override
                    public void onClose(@Nullable WatcherException cause) {
                        // What was counted until then is printed.
                    }
                });
    }
}
