package io.kubemdm.operator.plan;

import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.rules.Claim;
import io.kubemdm.rules.Claims;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What two bundles set to different values, by the {@link Claims} of both. */
final class SettingOverlap {

    private static final int SHOWN = 5;

    private SettingOverlap() {}

    /** Names of the settings that both set, and differently; none unless both set anything. */
    static List<String> of(BundleContent one, BundleContent other) {
        if (!one.enforces() || !other.enforces()) {
            return List.of();
        }
        Map<String, Claim> theirs = Claims.of(other);
        return new TreeMap<>(Claims.of(one))
                .entrySet().stream()
                        .filter(each -> theirs.containsKey(each.getKey())
                                && !each.getValue().equals(theirs.get(each.getKey())))
                        .map(Map.Entry::getKey)
                        .toList();
    }

    /** A sentence about these settings. */
    static String message(List<String> settings, BundleContent one, BundleContent other) {
        String names = String.join(", ", settings.subList(0, Math.min(settings.size(), SHOWN)))
                + (settings.size() > SHOWN ? " and " + (settings.size() - SHOWN) + " more" : "");
        int ours = one.priorityOrDefault();
        int theirs = other.priorityOrDefault();
        return names + " to other values: the stricter stands where there is one, else "
                + (ours == theirs
                        ? "nobody wins (both have priority " + ours + "): give one a higher priority"
                        : "this line has priority " + ours + ", the other " + theirs);
    }
}
