package io.kubemdm.testbed.bench;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From the API server's answer to a WipeRequest to the order at the agent, and to the status with the verified receipt;
 * one request after the other, while 100 and then 2,000 devices send heartbeats. A SelectiveWipe keeps its session, a
 * FullWipe loses its access in the transaction that signs it.
 */
final class WipeBench implements Benchmark {

    private static final List<Integer> FLEETS = List.of(100, 2_000);
    private static final List<WipeType> TYPES = List.of(WipeType.SelectiveWipe, WipeType.FullWipe);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final int WARM_UP = 10;
    private static final int WIPES = 50;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Nothing is held, and nothing waits for people. */
    private static final String VALUES = """
            wipes:
              approvals:
                corporate: {fullWipe: 0}
              budgets:
                destructive: {atLeast: 10000, percent: 10, perHour: 10000}
            """;

    @Override
    public String name() {
        return "wipe";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        for (int fleet : FLEETS) {
            // Every device but one is wiped at most once by each type.
            int devices = Math.max(2 * (WARM_UP + 1), settings.scaled(fleet));
            int wipes = Math.min(WIPES, (devices - WARM_UP) / TYPES.size() - WARM_UP);
            Ear ear = new Ear();
            try (var own = settings.region(name(), 0, VALUES);
                    var bench = new BenchFleet(own.region(), ear, HEARTBEAT, devices, settings.seed());
                    var watch = new WipeWatch(bench, ear)) {
                bench.bringUp(devices, Duration.ofSeconds(5));
                int next = 0;
                for (WipeType type : TYPES) {
                    ear.times = new Times();
                    for (int i = 0; i < WARM_UP + Math.max(1, wipes); i++) {
                        if (i == WARM_UP) {
                            ear.times = new Times();
                        }
                        SimulatedDevice device = bench.fleet().devices().get(next++);
                        watch.wipe(device.id(), type);
                        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                    }
                    String prefix = devices + "_" + type + "_";
                    figures.distribution(prefix + "delivered", "ms", ear.times.delivered, 1_000);
                    figures.distribution(prefix + "receipt", "ms", ear.times.receipt, 1_000);
                }
            }
        }
    }

    /** In µs. */
    static final class Times {
        private final Histogram delivered = new ConcurrentHistogram(3);
        private final Histogram receipt = new ConcurrentHistogram(3);
    }

    /** Notes when orders and receipts come, by device. */
    static final class Ear implements FleetListener {
        private final Map<DeviceId, Long> ordered = new ConcurrentHashMap<>();
        private volatile Times times = new Times();

        @Override
        public void onOrderReceived(DeviceId device, OrderIssued order, long nanos) {
            if (order.lane() == OrderIssued.Lane.command) {
                ordered.putIfAbsent(device, nanos);
            }
        }

        /** Both ends are known; an order may be there before the API server's answer is. */
        void done(DeviceId device, long answered, long completed) {
            Long order = ordered.get(device);
            if (order == null) {
                throw new IllegalStateException(device + " has completed what it was never ordered");
            }
            times.delivered.recordValue(Math.max(0, (order - answered) / 1_000));
            times.receipt.recordValue(Math.max(0, (completed - answered) / 1_000));
        }
    }
}
