package io.kubemdm.operator.analysis;

import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import io.kubemdm.protocol.analysis.Sketch;
import java.util.Arrays;
import java.util.List;

/** One value per device of an arm, as the sketches of all partitions give them together. */
final class ArmValues {

    /** More are not looked at: by then a sketch of them says the same. */
    private static final int MAX = 500_000;

    private final double[] sorted;

    private ArmValues(double[] sorted) {
        this.sorted = sorted;
    }

    /** Merges sketches of different devices. */
    static ArmValues of(List<Sketch> sketches) {
        long devices = sketches.stream().mapToLong(Sketch::devices).sum();
        double[] values = new double[(int) Math.min(devices, MAX)];
        int at = 0;
        for (Sketch sketch : sketches) {
            for (int i = 0; i < sketch.means().size(); i++) {
                int weight = Math.min(sketch.weight(i), values.length - at);
                Arrays.fill(values, at, at + weight, sketch.means().get(i));
                at += weight;
            }
        }
        Arrays.sort(values);
        return new ArmValues(values);
    }

    int n() {
        return sorted.length;
    }

    double[] values() {
        return sorted.clone();
    }

    double mean() {
        return sorted.length == 0 ? 0 : Arrays.stream(sorted).sum() / sorted.length;
    }

    double stddev() {
        double mean = mean();
        return sorted.length < 2
                ? 0
                : Math.sqrt(Arrays.stream(sorted)
                                .map(value -> (value - mean) * (value - mean))
                                .sum()
                        / (sorted.length - 1));
    }

    /** The value that a share {@code q} of the devices does not exceed. */
    double quantile(double q) {
        int index = (int) Math.ceil(q * sorted.length) - 1;
        return sorted.length == 0 ? 0 : sorted[Math.clamp(index, 0, sorted.length - 1)];
    }

    Figures figures() {
        return new Figures(
                sorted.length,
                mean(),
                quantile(0.5),
                quantile(0.9),
                quantile(0.95),
                quantile(0),
                quantile(1),
                stddev());
    }
}
