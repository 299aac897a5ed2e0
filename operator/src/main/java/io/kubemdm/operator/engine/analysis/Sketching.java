package io.kubemdm.operator.engine.analysis;

import com.tdunning.math.stats.Centroid;
import com.tdunning.math.stats.MergingDigest;
import io.kubemdm.protocol.analysis.Sketch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes a sketch of values: exact up to {@value #EXACT} of them, else a t-digest. */
final class Sketching {

    /** Up to so many values a sketch is the values themselves. */
    static final int EXACT = 512;

    private static final int COMPRESSION = 500;

    private Sketching() {}

    static Sketch of(List<Double> values) {
        if (values.size() <= EXACT) {
            return new Sketch(
                    values.stream()
                            .map(Numbers::rounded)
                            .sorted(Comparator.naturalOrder())
                            .toList(),
                    List.of());
        }
        MergingDigest digest = new MergingDigest(COMPRESSION);
        values.forEach(digest::add);
        List<Double> means = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (Centroid centroid : digest.centroids()) {
            means.add(Numbers.rounded(centroid.mean()));
            weights.add(centroid.count());
        }
        return new Sketch(means, weights);
    }
}
