package io.kubemdm.operator.device;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a device was given of each line, the latest first: its record on {@code mdm.decisions}, so that taking one rollout
 * back leaves exactly what the device would have without it (docs/decisions/0071). Lines with nothing but what the latest
 * order names are left out.
 *
 * @param lines at most {@value #MAX_VERSIONS} versions of each
 */
public record StoodDecision(SortedMap<String, List<Version>> lines) {

    /** How far back a line is remembered. */
    static final int MAX_VERSIONS = 8;

    /** Nothing stands but the latest order. */
    static final StoodDecision NONE = new StoodDecision(Collections.emptySortedMap());

    /**
     * A version that was given.
     *
     * @param retire whether it was given to be removed
     */
    public record Version(PolicyRef ref, boolean retire) {}

    public StoodDecision {
        lines = Collections.unmodifiableSortedMap(new TreeMap<>(lines));
    }

    /**
     * What stands now: what is granted, the highest first, then what stood before and was not revoked.
     *
     * @param ordered what the latest order names
     * @param granted by line, the highest first
     */
    StoodDecision next(List<PolicyRef> ordered, Map<String, List<Version>> granted, Predicate<Version> revoked) {
        SortedMap<String, List<Version>> next = new TreeMap<>(lines);
        for (PolicyRef ref : ordered) {
            next.putIfAbsent(ref.policy(), List.of(new Version(ref, false)));
        }
        granted.forEach((policy, versions) -> {
            List<Version> all = new ArrayList<>(versions);
            next.getOrDefault(policy, List.of()).stream()
                    .filter(version -> !versions.contains(version))
                    .forEach(all::add);
            next.put(policy, all);
        });
        next.replaceAll((policy, versions) -> versions.stream()
                .filter(version -> !revoked.test(version)
                        || granted.getOrDefault(policy, List.of()).contains(version))
                .limit(MAX_VERSIONS)
                .toList());
        next.values().removeIf(List::isEmpty);
        return new StoodDecision(next);
    }

    /** Whether a version in force is taken back from the device. */
    boolean takesBack(List<PolicyRef> ordered, Predicate<Version> revoked) {
        return next(ordered, Map.of(), version -> false).lines().values().stream()
                .map(List::getFirst)
                .anyMatch(revoked);
    }

    /** What an order names by it. */
    List<PolicyRef> policies() {
        return lines.values().stream()
                .map(List::getFirst)
                .filter(version -> !version.retire())
                .map(Version::ref)
                .toList();
    }

    /** What of it has to be remembered beside the order. */
    StoodDecision remembered() {
        SortedMap<String, List<Version>> kept = new TreeMap<>(lines);
        kept.values()
                .removeIf(
                        versions -> versions.size() == 1 && !versions.getFirst().retire());
        return new StoodDecision(kept);
    }

    /** The digests that count as taken back: of rollouts that set a line, and of those that remove one. */
    record Revoked(Set<String> set, Set<String> removed) {

        boolean contains(Version version) {
            return (version.retire() ? removed : set).contains(version.ref().digest());
        }
    }

    static StoodDecision of(@Nullable StoodDecision record) {
        return record == null ? NONE : record;
    }
}
