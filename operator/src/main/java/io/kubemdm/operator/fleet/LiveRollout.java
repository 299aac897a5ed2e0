package io.kubemdm.operator.fleet;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.rollout.Window;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as far as devices are concerned: whom it is for and whom it has admitted.
 *
 * @param name of the Rollout object
 * @param platforms empty means every platform
 * @param threshold the place up to which devices are admitted, null for none yet
 * @param named selectors of opened steps that name their devices
 * @param patience how long devices may take
 * @param revokedAt when it was aborted or switched off, since when it admits nobody; null while it admits
 * @param retire whether it removes the line
 * @param proof what approvers signed under the bundle for devices, null for nothing
 * @param gated what may keep single devices back whom an open step reaches
 */
public record LiveRollout(
        String namespace,
        String name,
        PolicyRef bundle,
        Set<String> platforms,
        int heartbeatSeconds,
        LabelSelector selector,
        @Nullable LabelSelector exclude,
        @Nullable String threshold,
        List<LabelSelector> named,
        Patience patience,
        @Nullable Instant revokedAt,
        boolean retire,
        @Nullable BundleProof proof,
        Gated gated) {

    /**
     * How long devices may take.
     *
     * @param answer from the device's own admission, while it is connected, until it counts as timed out
     * @param success for which the bundle must have been in force before that counts
     */
    public record Patience(Duration answer, Duration success) {}

    /**
     * What may keep single devices back.
     *
     * @param flag key of the feature flag, null for none
     * @param windows when devices may be admitted, empty means at any time
     */
    public record Gated(@Nullable String flag, List<Window> windows) {

        /** Nothing does. */
        public static final Gated NONE = new Gated(null, List.of());

        public Gated {
            windows = List.copyOf(windows);
        }
    }

    public LiveRollout {
        platforms = Set.copyOf(platforms);
        named = List.copyOf(named);
    }

    /** Whether it admits anybody. */
    public boolean admitting() {
        return revokedAt == null;
    }

    /** Whether the rollout is for a device of this platform with these labels. */
    public boolean selects(String platform, Map<String, String> labels) {
        return (platforms.isEmpty() || platforms.contains(platform))
                && selector.matches(labels)
                && (exclude == null || !exclude.matches(labels));
    }

    /** Whether a device it selects, at {@code place} in its order, is in an open step. */
    public boolean reaches(String place, Map<String, String> labels) {
        return (threshold != null && place.compareTo(threshold) <= 0)
                || named.stream().anyMatch(s -> s.matches(labels));
    }

    /** Whether a device it selects, at {@code place} in its order, is admitted. */
    public boolean admits(String place, Map<String, String> labels) {
        return admitting() && reaches(place, labels);
    }
}
