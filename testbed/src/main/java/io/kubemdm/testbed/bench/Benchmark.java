package io.kubemdm.testbed.bench;

/** Something measured on a region of its own. */
interface Benchmark {

    /** What {@code NAME=} takes. */
    String name();

    /** Measures and prints. */
    void run(BenchSettings settings, Figures figures) throws Exception;
}
