package io.kubemdm.protocol.analysis;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What one partition of the engine has measured of a step so far, published under {@link #key()}. It holds each device
 * once, however often the device spoke, and replaces the one before it: reading it twice counts nothing twice.
 * Snapshots of different partitions are of different devices, so they add up.
 *
 * @param rollout name of the Rollout
 * @param step index of the step, as the demand names it
 * @param heard heartbeats that went into it
 */
public record AnalysisSnapshot(
        String namespace,
        String rollout,
        String uid,
        int step,
        int partition,
        Instant through,
        long heard,
        Arm candidate,
        Arm control) {

    /** Kinds of device that an arm tells apart; the rest are counted together. */
    public static final int MAX_KINDS = 32;

    private static final String PREFIX = "sketch/";

    public AnalysisSnapshot {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(candidate, "candidate");
        Objects.requireNonNull(control, "control");
    }

    /**
     * One of the two groups of devices.
     *
     * @param devices that were heard
     * @param kinds devices by platform and model
     * @param facts by name, of the demand's
     */
    public record Arm(int devices, Map<String, Integer> kinds, Map<String, Measured> facts) {

        /** Nobody. */
        public static final Arm EMPTY = new Arm(0, Map.of(), Map.of());

        public Arm {
            kinds = kinds == null ? Map.of() : Map.copyOf(kinds);
            facts = facts == null ? Map.of() : Map.copyOf(facts);
        }
    }

    /**
     * One fact of an arm.
     *
     * @param value each device's mean since the step began
     * @param change that mean less the device's own baseline from before, of the devices that have one
     */
    public record Measured(Sketch value, Sketch change) {
        public Measured {
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(change, "change");
        }
    }

    /** The key of the record. */
    public String key() {
        return key(namespace, rollout, partition);
    }

    /** The key of a rollout's snapshot of a partition. */
    public static String key(String namespace, String rollout, int partition) {
        return PREFIX + namespace + "/" + rollout + "/" + partition;
    }

    /** Whether a record of {@code mdm.analysis} is a snapshot. */
    public static boolean isKey(String key) {
        return key.startsWith(PREFIX);
    }
}
