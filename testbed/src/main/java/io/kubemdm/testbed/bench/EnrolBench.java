package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.bench.BenchSettings.OwnRegion;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How fast devices get in: one by one from {@code kubemdm-agent enroll} typed to {@code kubemdm-agent run} connected; and
 * in bulk by the agent's classes in this process with 16 in parallel, key generation and ledger commit included.
 */
final class EnrolBench implements Benchmark {

    private static final int SINGLES = 20;
    private static final int BULK = 2_000;
    private static final int PARALLEL = 16;
    private static final int WARM_UP = 300;

    @Override
    public String name() {
        return "enrol";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int bulk = settings.scaled(BULK);
        try (var own = settings.region(name(), 0);
                var bench = new BenchFleet(
                        own.region(), FleetListener.NONE, Duration.ofMinutes(5), bulk, settings.seed())) {
            figures.distribution("enrol_to_connected_s", "s", typed(settings, own, bench), 1_000_000);
            settings.progress().println("warming up");
            bench.fleet().enrol(bench.request(), settings.scaled(WARM_UP), PARALLEL);
            Map<String, Double> before = ProcessorTime.perPart(bench);
            settings.progress().println("enrolling " + bulk);
            long start = System.nanoTime();
            List<SimulatedDevice> enrolled = bench.fleet().enrol(bench.request(), bulk, PARALLEL);
            long end = System.nanoTime();
            figures.value("enrolments_per_s", "1/s", enrolled.size() / ((end - start) / 1e9));
            int all = settings.scaled(SINGLES) + 1 + bench.fleet().devices().size();
            BenchFleet.await(() -> bench.deviceObjects() == all, Duration.ofMinutes(5), "all Device objects");
            figures.value("last_object_s", "s", (System.nanoTime() - end) / 1e9);
            ProcessorTime.tell(figures, bench, before, bulk);
        }
    }

    private static Histogram typed(BenchSettings settings, OwnRegion own, BenchFleet bench) throws Exception {
        Histogram typed = new Histogram(3);
        Path folder = own.region().folder().path().resolve("typed");
        // The first run makes the class archive, as the first start after an installation does.
        for (int i = 0; i <= settings.scaled(SINGLES); i++) {
            try (TypedAgent agent = new TypedAgent(settings.checkout(), folder.resolve(Integer.toString(i)))) {
                long start = System.nanoTime();
                agent.enroll(bench.enrollOptions());
                agent.connect();
                if (i > 0) {
                    typed.recordValue((System.nanoTime() - start) / 1_000);
                }
            }
        }
        return typed;
    }
}
