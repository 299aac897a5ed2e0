package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.region.Region;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A fleet that only heartbeats, watched for what it costs the API server. */
public final class SteadyRun {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private SteadyRun() {}

    /**
     * Lets a fleet enrol, settle and heartbeat every second.
     *
     * @param heartbeats how many acknowledged heartbeats to watch
     * @return writes of our kinds to the API server while these heartbeats came
     */
    public static long writes(Region region, int devices, long heartbeats) {
        try (var bench = new BenchFleet(region, "steady-fleet", FleetListener.NONE, HEARTBEAT, devices, 1)) {
            bench.bringUp(devices, HEARTBEAT);
            AtomicLong settled = new AtomicLong(-1);
            BenchFleet.await(
                    () -> {
                        long now = ApiWrites.of(bench.client());
                        boolean quiet = settled.getAndSet(now) == now;
                        passed(bench, devices * 3L);
                        return quiet;
                    },
                    PATIENCE,
                    "what the enrolments wrote is written");
            long before = ApiWrites.of(bench.client());
            passed(bench, heartbeats);
            return ApiWrites.of(bench.client()) - before;
        }
    }

    private static void passed(BenchFleet bench, long heartbeats) {
        long before = bench.fleet().counts().acknowledgements();
        BenchFleet.await(
                () -> bench.fleet().counts().acknowledgements() - before >= heartbeats,
                PATIENCE,
                heartbeats + " heartbeats are acknowledged");
    }
}
