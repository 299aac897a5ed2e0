package io.kubemdm.protocol.state;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device keeps the rules that should be in force, and what has followed from it.
 *
 * @param state the worst of all lines that are no shadows; {@code NotApplicable} without one, and {@code Compliant} only
 *     where nothing is {@code Unknown}
 * @param since when it became {@code state}
 * @param graceExpiresAt the first end of a running grace period, null when none runs
 * @param lines by policy line, shadows included; a shadow's state counts for nothing else here
 * @param accessDenied whether {@code DenyAccess} has fired and stands
 * @param quarantine the automatic one, null when there is none; a person's stands in the declaration
 * @param access what the lines in force let a device ask for, by audience
 */
public record Compliance(
        ComplianceState state,
        Instant since,
        @Nullable Instant graceExpiresAt,
        SortedMap<String, Line> lines,
        boolean accessDenied,
        @Nullable Quarantine quarantine,
        SortedMap<String, Grant> access) {

    /** The built-in rule that a silent device breaks; a bundle's own rules have no dot in their name. */
    public static final String HEARTBEAT = "device.heartbeat";

    /**
     * One policy line.
     *
     * @param shadow whether it is judged without acting
     * @param ref the version it was last judged by, or the assigned one when it was not yet
     * @param reason what cannot be judged, such as {@code BundlePending}; null when all can
     * @param nonCompliantSince when its first rule ran out of grace, from where {@code after} of its actions counts; null
     *     while none has. The rule {@link #HEARTBEAT} counts from its own {@code since}
     * @param fired the bundle's non-compliance actions that have fired since, in their order; empty while none has
     * @param rules those that are not kept, by name
     */
    public record Line(
            PolicyRef ref,
            boolean shadow,
            ComplianceState state,
            Instant since,
            @Nullable String reason,
            @Nullable Instant nonCompliantSince,
            List<String> fired,
            SortedMap<String, Broken> rules) {}

    /**
     * A rule that is not kept.
     *
     * @param state {@code InGracePeriod}, {@code NonCompliant}, {@code Unknown} or {@code Error}
     * @param since since when it is not kept
     * @param graceExpiresAt when {@code InGracePeriod} ends, null in other states
     * @param reason what is known of why, such as the facts that are missing
     * @param severity {@code Low}, {@code Medium}, {@code High} or {@code Critical}
     * @param remediation what {@code Remediate} does about it: {@code Reapply}, {@code Script} or {@code None}
     * @param script name of the script on the device, with {@code Script} only
     */
    public record Broken(
            ComplianceState state,
            Instant since,
            @Nullable Instant graceExpiresAt,
            @Nullable String reason,
            String severity,
            String remediation,
            @Nullable String script) {}

    /** Why the device is confined, and since when. */
    public record Quarantine(String reason, Instant since) {}

    /**
     * A token that a bundle's {@code access} offers.
     *
     * @param policy the line it comes from
     * @param digest of the bundle it comes from
     * @param maxTtlSeconds 1 to 300
     * @param requires the worst state that still gets it: {@code Compliant} or {@code InGracePeriod}
     */
    public record Grant(String policy, String digest, int maxTtlSeconds, ComplianceState requires) {}
}
