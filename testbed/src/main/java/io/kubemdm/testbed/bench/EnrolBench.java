package io.kubemdm.testbed.bench;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How fast devices get in: one by one from the first byte to a standing session, and in bulk with 16 in parallel, key
 * generation and ledger commit included. Both run the agent's classes in this process; the command's own start is in
 * {@code footprint}.
 */
final class EnrolBench implements Benchmark {

    private static final int SINGLES = 20;
    private static final int BULK = 2_000;
    private static final int PARALLEL = 16;

    @Override
    public String name() {
        return "enrol";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        Map<DeviceId, CountDownLatch> waiting = new ConcurrentHashMap<>();
        FleetListener listener = new FleetListener() {
            @Override
            public void onConnected(DeviceId device, long nanos) {
                CountDownLatch latch = waiting.remove(device);
                if (latch != null) {
                    latch.countDown();
                }
            }
        };
        int bulk = settings.scaled(BULK);
        try (var own = settings.region(name(), 0);
                var bench = new BenchFleet(own.region(), listener, Duration.ofMinutes(5), bulk, settings.seed())) {
            bench.fleet().enrol(bench.request(), settings.scaled(PARALLEL * 10), PARALLEL);
            Histogram single = new Histogram(3);
            for (int i = 0; i < settings.scaled(SINGLES); i++) {
                long start = System.nanoTime();
                SimulatedDevice device =
                        bench.fleet().enrol(bench.request(), 1, 1).getFirst();
                CountDownLatch connected = new CountDownLatch(1);
                waiting.put(device.id(), connected);
                device.start(Duration.ZERO);
                if (!connected.await(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException(device.id() + " did not connect within 30 s");
                }
                single.recordValue((System.nanoTime() - start) / 1_000);
            }
            figures.distribution("enrol_to_connected_s", "s", single, 1_000_000);
            long start = System.nanoTime();
            List<SimulatedDevice> enrolled = bench.fleet().enrol(bench.request(), bulk, PARALLEL);
            double seconds = (System.nanoTime() - start) / 1e9;
            figures.value("enrolments_per_s", "1/s", enrolled.size() / seconds);
        }
    }
}
