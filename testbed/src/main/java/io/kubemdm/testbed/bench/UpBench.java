package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.bench.BenchSettings.OwnRegion;
import org.HdrHistogram.Histogram;

/** How long {@code make up} takes with everything compiled and cached, three agents enrolled; and {@code make down}. */
final class UpBench implements Benchmark {

    private static final int RUNS = 5;

    @Override
    public String name() {
        return "up";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) {
        Histogram up = new Histogram(3);
        Histogram down = new Histogram(3);
        settings.archive();
        for (int run = 0; run < settings.scaled(RUNS); run++) {
            long start = System.nanoTime();
            try (OwnRegion own = settings.region(name(), 3)) {
                long ready = System.nanoTime();
                own.region().down();
                up.recordValue((ready - start) / 1_000_000);
                down.recordValue((System.nanoTime() - ready) / 1_000_000);
            }
        }
        figures.distribution("warm_up_s", "s", up, 1_000);
        figures.distribution("down_s", "s", down, 1_000);
    }
}
