package io.kubemdm.protocol.analysis;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the engine is to measure of one open step: the devices that have the bundle against those held back. Published
 * under {@link #key()} while the rollout rolls, then removed.
 *
 * @param rollout name of the Rollout
 * @param uid of that object; another one begins anew
 * @param step index of the open step; what was measured in another one does not count
 * @param retire whether the line is removed instead of set
 * @param platforms the bundle is for, empty for every one
 * @param controlAfter place in the admission order after which devices are held back; null when nobody is
 * @param facts numeric ones, 1 to {@value #MAX_FACTS}
 * @param everySeconds the longest time between two answers, 1 to 3600
 * @param since when the step opened: what was received before does not count
 */
public record AnalysisDemand(
        String namespace,
        String rollout,
        String uid,
        int step,
        PolicyRef bundle,
        boolean retire,
        Set<String> platforms,
        DeviceSelector selector,
        @Nullable DeviceSelector exclude,
        @Nullable String controlAfter,
        List<String> facts,
        int everySeconds,
        Instant since) {

    /** Of one demand: as many as a Rollout has analyses. */
    public static final int MAX_FACTS = 8;

    private static final String PREFIX = "demand/";

    public AnalysisDemand {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(bundle, "bundle");
        Objects.requireNonNull(selector, "selector");
        Objects.requireNonNull(since, "since");
        platforms = platforms == null ? Set.of() : Set.copyOf(platforms);
        facts = List.copyOf(facts);
        if (facts.isEmpty() || facts.size() > MAX_FACTS) {
            throw new IllegalArgumentException("facts must be 1 to " + MAX_FACTS + ", found " + facts.size());
        }
        if (everySeconds < 1 || everySeconds > 3600) {
            throw new IllegalArgumentException("everySeconds must be 1 to 3600, found " + everySeconds);
        }
    }

    /** The key of the record. */
    public String key() {
        return key(namespace, rollout);
    }

    /** The key of a rollout's demand. */
    public static String key(String namespace, String rollout) {
        return PREFIX + namespace + "/" + rollout;
    }

    /** Whether a record of {@code mdm.analysis} is a demand. */
    public static boolean isKey(String key) {
        return key.startsWith(PREFIX);
    }

    /** Whether it is about a device of this platform with these labels. */
    public boolean selects(String platform, Map<String, String> labels) {
        return (platforms.isEmpty() || platforms.contains(platform))
                && selector.matches(labels)
                && (exclude == null || !exclude.matches(labels));
    }
}
