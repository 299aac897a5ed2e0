package io.kubemdm.protocol.plan;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;

/**
 * What a bundle and a rollout would do to the devices as they were last known. Lists of names are empty unless names were
 * asked for, and hold at most {@value #MAX_NAMES}; the counts count all.
 *
 * @param at when it was foretold
 * @param bundle name of the PolicyBundle
 * @param content line, version and digest of the bundle; the digest decides the order of the devices
 * @param retire whether the rollout removes the line
 * @param holds why nothing would begin yet; empty when it would begin at once
 * @param flag null when the rollout has none
 * @param windows null when the rollout has none
 * @param compliance null when the rollout retires the line
 * @param actions by the time they would fire, if the facts stay as they are
 * @param notes what the reader should know about the figures
 */
public record RolloutPlan(
        Instant at,
        String namespace,
        String rollout,
        String bundle,
        PolicyRef content,
        boolean retire,
        List<Hold> holds,
        Devices devices,
        List<Step> steps,
        @org.jspecify.annotations.Nullable Flag flag,
        @org.jspecify.annotations.Nullable Windows windows,
        @org.jspecify.annotations.Nullable Compliance compliance,
        List<Action> actions,
        List<Conflict> conflicts,
        List<String> notes) {

    /** The most names of one list. */
    public static final int MAX_NAMES = 500;

    public RolloutPlan {
        holds = List.copyOf(holds);
        steps = List.copyOf(steps);
        actions = List.copyOf(actions);
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
    }

    /** Why something waits: a CamelCase constant and a sentence with a remedy. */
    public record Hold(String reason, String message) {}

    /**
     * Devices of the namespace.
     *
     * @param enrolled that orders can reach
     * @param eligible of them selected, for a platform of the bundle and not excluded
     * @param offline of the eligible, not connected
     * @param admitted of the eligible, admitted already by this very rollout
     * @param current of the eligible, have the content already
     */
    public record Devices(int enrolled, int eligible, int offline, int admitted, int current) {}

    /**
     * One step.
     *
     * @param admitted devices reached once it is open, those of earlier steps included
     * @param adds devices that it reaches beyond the step before
     * @param offline of those it adds, not connected
     * @param superseded of those it adds, that keep a higher version which another rollout grants them
     * @param gated of those it adds, what flag and windows say now
     * @param newlyNonCompliant of those it adds, see {@link Compliance}
     * @param earliestSeconds from the beginning until all are admitted, were every device to succeed at once and every person
     *     to approve at once; soaks, the rate and maintenance windows are in it
     * @param holds what has to happen before it opens, besides the success of the step before
     * @param names those it adds, in the order in which they are admitted
     */
    public record Step(
            String name,
            int admitted,
            int adds,
            int offline,
            int superseded,
            Gated gated,
            int newlyNonCompliant,
            long earliestSeconds,
            List<Hold> holds,
            List<String> names) {

        public Step {
            holds = List.copyOf(holds);
            names = List.copyOf(names);
        }
    }

    /**
     * What a flag and windows say of devices now.
     *
     * @param off kept away: the flag is off for them; none of these is among {@link Step#superseded}
     * @param unreachable held: nobody knows what the flag says of them
     * @param inside in a maintenance window, 0 without windows
     * @param outside held until one opens, 0 without windows
     */
    public record Gated(int off, int unreachable, int inside, int outside) {

        /** Neither keeps anybody back. */
        public static final Gated NONE = new Gated(0, 0, 0, 0);
    }

    /**
     * The rollout's feature flag, asked about all eligible devices.
     *
     * @param on devices for which it is on
     * @param off devices that it keeps away
     * @param unreachable devices of which it says nothing: they are held, and keep what they have
     * @param back of those for which it is off, have the bundle and would go back
     * @param problem why it says nothing of one of them, empty when it says something of all
     */
    public record Flag(String key, int on, int off, int unreachable, int back, String problem) {}

    /**
     * The rollout's maintenance windows, for the eligible devices that are not admitted yet.
     *
     * @param inside devices for which one is open now
     * @param outside devices for which none is
     */
    public record Windows(int inside, int outside) {}

    /**
     * The bundle's rules on the devices' last facts.
     *
     * @param judged devices with facts
     * @param factsUnknown devices without a heartbeat in the window that was read
     * @param compliant devices that keep every rule
     * @param undecided devices of which a rule cannot be judged, for a missing fact or an error
     * @param newlyNonCompliant devices that are not non-compliant now and would be once the grace of the rules has ended
     * @param stillNonCompliant devices that are non-compliant now and would stay so
     * @param broken rules that would be broken, by name
     * @param toSet settings that are not so now and that the device would set, by name; empty unless the bundle enforces
     * @param names of the newly non-compliant
     */
    public record Compliance(
            int judged,
            int factsUnknown,
            int compliant,
            int undecided,
            int newlyNonCompliant,
            int stillNonCompliant,
            List<Count> broken,
            List<Count> toSet,
            List<String> names) {

        public Compliance {
            broken = List.copyOf(broken);
            toSet = List.copyOf(toSet);
            names = List.copyOf(names);
        }
    }

    /** So many devices of a thing. */
    public record Count(String name, int devices) {}

    /**
     * One of the bundle's non-compliance actions.
     *
     * @param afterSeconds after the bundle is in force on the device
     */
    public record Action(String action, long afterSeconds, int devices, List<String> names) {

        public Action {
            names = List.copyOf(names);
        }
    }

    /**
     * Something else that wants a say on the same devices.
     *
     * @param kind {@code HigherVersion}: keeps devices from this content; {@code LowerVersion}: this content takes them over;
     *     {@code SameSetting}: another line sets it to another value
     * @param with what it is, e.g. {@code Rollout base-1.4.0}
     */
    public record Conflict(String kind, String with, int devices, String message, List<String> names) {

        public Conflict {
            names = List.copyOf(names);
        }
    }
}
