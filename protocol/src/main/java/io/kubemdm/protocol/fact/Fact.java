package io.kubemdm.protocol.fact;

import java.util.Objects;
import java.util.SortedSet;

/**
 * One thing that a device can measure.
 *
 * @param name dotted path into {@code Heartbeat.facts}
 * @param unit of a number, or the form of a text; empty where nothing is to be said
 * @param platforms on which an agent measures it; empty while none does
 * @param how it is measured, and what its special values mean
 */
public record Fact(String name, FactType type, String unit, SortedSet<String> platforms, FactCost cost, String how) {
    public Fact {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(cost, "cost");
        Objects.requireNonNull(how, "how");
    }

    /** Whether an agent measures it on this platform. */
    public boolean isMeasuredOn(String platform) {
        return platforms.contains(platform);
    }
}
