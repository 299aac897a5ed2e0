package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From a person's patch of {@code spec.revokeCertificatesBefore} to the end of the device's session, for each of 2,000
 * devices that are connected, all revoked as fast as the API server takes it.
 */
final class RevokeBench implements Benchmark {

    private static final int DEVICES = 2_000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    /** As many people, or one script with as many connections. */
    private static final int AT_ONCE = 4;

    @Override
    public String name() {
        return "revoke";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = settings.scaled(DEVICES);
        Watch watch = new Watch();
        try (var own = settings.region(name(), 0);
                var bench = new BenchFleet(own.region(), watch, HEARTBEAT, devices, settings.seed())) {
            bench.bringUp(devices, Duration.ofSeconds(5));
            settings.progress().println("revoking " + devices + " devices");
            long start = System.nanoTime();
            revoke(bench, watch);
            figures.value("revocations_per_s", "1/s", devices / ((System.nanoTime() - start) / 1e9));
            BenchFleet.await(
                    () -> watch.closed.getTotalCount() == devices,
                    Duration.ofMinutes(5),
                    "all sessions closed, " + watch.closed.getTotalCount() + " are");
            figures.distribution("session_closed", "ms", watch.closed, 1_000);
        }
    }

    /** Returns when the API server has taken all of them. */
    private static void revoke(BenchFleet bench, Watch watch) {
        try (ExecutorService people = Executors.newFixedThreadPool(AT_ONCE)) {
            for (SimulatedDevice device : bench.fleet().devices()) {
                people.execute(() -> {
                    watch.revoked(device.id());
                    bench.client()
                            .genericKubernetesResources("kubemdm.io/v1alpha1", "Device")
                            .inNamespace(BenchFleet.NAMESPACE)
                            .withName(device.id().name())
                            .patch(
                                    PatchContext.of(PatchType.JSON_MERGE),
                                    "{\"spec\":{\"revokeCertificatesBefore\":\"" + Instant.now() + "\"}}");
                });
            }
        }
    }

    /** Notes how long each session outlived its revocation, in µs. */
    private static final class Watch implements FleetListener {
        private final Map<DeviceId, Long> since = new ConcurrentHashMap<>();
        private final Histogram closed = new ConcurrentHistogram(3);

        void revoked(DeviceId device) {
            since.put(device, System.nanoTime());
        }

        @Override
        public void onClosed(DeviceId device, CloseCause cause, long nanos) {
            // The first end counts: a revoked agent comes back to ask for its wipe, and is sent away again.
            Long start = since.remove(device);
            if (start != null) {
                closed.recordValue(Math.max(0, (nanos - start) / 1_000));
            }
        }
    }
}
