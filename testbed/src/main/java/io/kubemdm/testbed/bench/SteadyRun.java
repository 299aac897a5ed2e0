package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.region.Region;
import java.time.Duration;

/** A fleet that only heartbeats, watched for what it costs the API server. */
public final class SteadyRun {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private SteadyRun() {}

    /**
     * Lets a fleet enrol and heartbeat every second, until so many heartbeats in a row were acknowledged without a write of
     * our kinds to the API server. Others in the region may write now and then; a fleet that wrote would never be quiet.
     *
     * @throws IllegalStateException when that has not happened after two minutes
     */
    public static void awaitSilence(Region region, int devices, long heartbeats) {
        try (var bench = new BenchFleet(region, "steady-fleet", FleetListener.NONE, HEARTBEAT, devices, 1)) {
            bench.bringUp(devices, HEARTBEAT);
            BenchFleet.await(
                    () -> {
                        long before = ApiWrites.of(bench.client());
                        passed(bench, heartbeats);
                        return ApiWrites.of(bench.client()) == before;
                    },
                    PATIENCE,
                    heartbeats + " heartbeats without a write to the API server");
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
