package io.kubemdm.testbed.bench;

import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.time.Duration;
import java.util.List;

/**
 * From the moment when devices begin to say that a bundle does not hold on them, or when a person turns its feature flag off:
 * to the last order that still brings it to a further device, while half of them are yet to get it; and, where all have it, to
 * the last device's report that it has its former version again.
 */
final class AbortBench implements Benchmark {

    private static final int DEVICES = 2_000;
    private static final Duration HEARTBEAT = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** One in so many devices regresses, which is more than the rollout takes. */
    private static final int ONE_IN = 10;

    private static final String LIMIT = "abort: [{failureType: Any, percent: 5}]";

    @Override
    public String name() {
        return "abort";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = Math.max(50, settings.scaled(DEVICES));
        LineWatch watch = new LineWatch("line");
        try (var own = settings.region(name(), 0, "approvals: {rollouts: 0}");
                var bench = new BenchFleet(own.region(), watch, HEARTBEAT, devices, settings.seed())) {
            BenchLine line = new BenchLine(bench, "line");
            bench.bringUp(devices, Duration.ofSeconds(2 + devices / 500));
            line.publish("1.0.0");
            line.rollOut("1.0.0");
            BenchFleet.await(() -> watch.holders("1.0.0") == devices, PATIENCE, "everybody has 1.0.0");
            bench.awaitQuiet(settings.progress());
            whileAdmitting(bench, line, watch, devices, figures);
            bench.awaitQuiet(settings.progress());
            whereAllHaveIt(bench, line, watch, devices, figures, settings);
            bench.awaitQuiet(settings.progress());
            byFlag(bench, line, watch, devices, figures, settings);
        }
    }

    private static void whileAdmitting(
            BenchFleet bench, BenchLine line, LineWatch watch, int devices, Figures figures) {
        String version = "1.1.0";
        line.publish(version);
        line.rollOut(version, LIMIT);
        awaitMidst(watch, version, devices);
        long start = regress(bench, watch, version);
        long before = watch.orders(version);
        awaitBack(watch, version, devices);
        figures.value("stop_s", "s", Math.max(0, watch.lastOrder(version) - start) / 1e9);
        figures.value("stop_signing_s", "s", Math.max(0, watch.lastSigned(version) - start) / 1e9);
        figures.value("ordered_after", "devices", (double) watch.orders(version) - before);
        figures.value("back_of_some_s", "s", (watch.lastHeld("1.0.0") - start) / 1e9);
        line.awaitPhase(version, "RolledBack");
    }

    private static void whereAllHaveIt(
            BenchFleet bench, BenchLine line, LineWatch watch, int devices, Figures figures, BenchSettings settings) {
        String version = "1.2.0";
        line.publish(version);
        line.rollOut(version, LIMIT, "steps: [{name: first, percent: 1}, {name: all, percent: 100, soak: 1h}]");
        BenchFleet.await(() -> watch.holders(version) == devices, PATIENCE, "everybody has " + version);
        bench.awaitQuiet(settings.progress());
        long start = regress(bench, watch, version);
        awaitBack(watch, version, devices);
        figures.value("all_back_" + devices + "_s", "s", (watch.lastHeld("1.0.0") - start) / 1e9);
        figures.value("last_back_ordered_s", "s", (watch.lastOrder("1.0.0") - start) / 1e9);
        line.awaitPhase(version, "RolledBack");
        figures.value("rolled_back_status_s", "s", (System.nanoTime() - start) / 1e9);
    }

    private static void byFlag(
            BenchFleet bench, BenchLine line, LineWatch watch, int devices, Figures figures, BenchSettings settings) {
        BenchFlag flag = new BenchFlag(bench, "bench");
        String some = "1.3.0";
        flag.turn(true);
        line.publish(some);
        line.rollOut(some, flag.field());
        awaitMidst(watch, some, devices);
        long start = System.nanoTime();
        flag.turn(false);
        awaitBack(watch, some, devices);
        figures.value("flag_off_stop_s", "s", Math.max(0, watch.lastOrder(some) - start) / 1e9);
        figures.value("flag_off_stop_signing_s", "s", Math.max(0, watch.lastSigned(some) - start) / 1e9);
        figures.value("flag_off_back_of_some_s", "s", (watch.lastHeld("1.0.0") - start) / 1e9);
        line.awaitPhase(some, "RolledBack");
        // On again goes on where it was: then everybody has it.
        flag.turn(true);
        BenchFleet.await(() -> watch.holders(some) == devices, PATIENCE, "everybody has " + some);
        bench.awaitQuiet(settings.progress());
        long all = System.nanoTime();
        flag.turn(false);
        awaitBack(watch, some, devices);
        figures.value("flag_off_all_back_" + devices + "_s", "s", (watch.lastHeld("1.0.0") - all) / 1e9);
        figures.value("flag_off_last_back_ordered_s", "s", (watch.lastOrder("1.0.0") - all) / 1e9);
        line.awaitPhase(some, "RolledBack");
    }

    /** The last step has begun, and most of its devices have not been told: when half of them have it all have been told. */
    private static void awaitMidst(LineWatch watch, String version, int devices) {
        BenchFleet.await(
                () -> watch.orders(version) > devices / 4 && watch.holders(version) >= devices / ONE_IN,
                PATIENCE,
                "a quarter of the devices has been told");
    }

    /** @return when the first of them said so */
    private static long regress(BenchFleet bench, LineWatch watch, String version) {
        List<PolicyReported> holding = watch.held(version);
        String wanted = holding.getFirst().policy().digest();
        List<SimulatedDevice> regressing = bench.fleet().devices().stream()
                .filter(device -> watch.held(device.id()).policy().digest().equals(wanted))
                .limit(bench.fleet().devices().size() / ONE_IN)
                .toList();
        long start = System.nanoTime();
        for (SimulatedDevice device : regressing) {
            PolicyReported said = watch.held(device.id());
            device.tell(new PolicyReported(
                    said.policy(),
                    PolicyReported.State.Failed,
                    said.desiredSeq(),
                    "Regressed",
                    "the benchmark has this device fall back"));
        }
        return start;
    }

    private static void awaitBack(LineWatch watch, String version, int devices) {
        BenchFleet.await(
                () -> watch.ordered(version) == 0 && watch.holders("1.0.0") == devices,
                PATIENCE,
                "everybody has 1.0.0 again");
    }
}
