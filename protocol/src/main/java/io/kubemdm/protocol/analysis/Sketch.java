package io.kubemdm.protocol.analysis;

import java.util.List;

/**
 * A distribution as centroids of a t-digest: exact while every weight is one. Two of them are merged by taking the
 * centroids of both.
 *
 * @param means ascending, at most {@value #MAX_CENTROIDS}
 * @param weights devices behind each mean; empty when that is one each
 */
public record Sketch(List<Double> means, List<Integer> weights) {

    /** Of one sketch. */
    public static final int MAX_CENTROIDS = 4096;

    /** Nothing. */
    public static final Sketch EMPTY = new Sketch(List.of(), List.of());

    public Sketch {
        means = means == null ? List.of() : List.copyOf(means);
        weights = weights == null ? List.of() : List.copyOf(weights);
        if (means.size() > MAX_CENTROIDS) {
            throw new IllegalArgumentException(means.size() + " centroids, the limit is " + MAX_CENTROIDS);
        }
        if (!weights.isEmpty() && weights.size() != means.size()) {
            throw new IllegalArgumentException(weights.size() + " weights of " + means.size() + " centroids");
        }
        if (!means.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("a centroid is no number");
        }
        if (!weights.stream().allMatch(weight -> weight >= 1 && weight <= 10_000_000)) {
            throw new IllegalArgumentException("a weight is not 1 to 10000000");
        }
    }

    /** Devices behind the i-th centroid. */
    public int weight(int i) {
        return weights.isEmpty() ? 1 : weights.get(i);
    }

    /** Devices in it. */
    public long devices() {
        return weights.isEmpty()
                ? means.size()
                : weights.stream().mapToLong(Integer::longValue).sum();
    }
}
