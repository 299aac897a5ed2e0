package io.kubemdm.operator.fleet;

import io.kubemdm.operator.fleet.KnownDevice.Assigned;
import io.kubemdm.operator.fleet.KnownDevice.Line;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a device stands to what a rollout wants of it, from nothing but its state and the clock.
 *
 * @param until when it stands elsewhere if nobody says anything, null for never
 */
record Footing(Standing standing, @Nullable Instant until) {

    /** Not admitted. */
    static final Footing WAITING = of(Standing.WAITING);

    /** Reached, and kept waiting. */
    static final Footing HELD = of(Standing.HELD);

    /** Given a higher version. */
    static final Footing SUPERSEDED = of(Standing.SUPERSEDED);

    private static Footing of(Standing standing) {
        return new Footing(standing, null);
    }

    /**
     * Of a device that is admitted.
     *
     * @param waited how long it was connected since its order, in sessions that are over
     */
    static Footing admitted(LiveRollout rollout, KnownDevice known, Duration waited, Instant now) {
        Footing wanted = rollout.retire() ? retired(rollout, known, now) : set(rollout, known, now);
        return wanted == null ? unanswered(rollout, known, waited, now) : wanted;
    }

    /** When it was told what the rollout wants, null while that is on its way. */
    static @Nullable Instant orderedAt(LiveRollout rollout, KnownDevice known) {
        Assigned assigned = known.assigned(rollout.bundle().policy());
        if (rollout.retire()) {
            boolean onTheWay = assigned != null || known.assignedSeq() == 0;
            return onTheWay ? null : Objects.requireNonNullElse(known.assignedAt(), Instant.EPOCH);
        }
        return assigned != null && assigned.ref().equals(rollout.bundle()) ? assigned.since() : null;
    }

    /** Of a device that was admitted when the rollout stopped admitting. */
    static Footing revoked(LiveRollout rollout, KnownDevice known) {
        String policy = rollout.bundle().policy();
        Assigned assigned = known.assigned(policy);
        Line line = known.line(policy);
        PolicyRef inForce = line == null ? null : line.inForce();
        // A device may refuse what it is to go back to: then what it was to leave is in force still.
        boolean still = rollout.retire()
                ? assigned != null && !assigned.ref().equals(inForce)
                : rollout.bundle().equals(inForce)
                        || (assigned != null && assigned.ref().equals(rollout.bundle()));
        return of(still ? Standing.RETURNING : Standing.ROLLED_BACK);
    }

    private static boolean applied(@Nullable Line line, String digest) {
        return line != null
                && line.state() == PolicyReported.State.Applied
                && line.ref().digest().equals(digest);
    }

    private static @Nullable Footing retired(LiveRollout rollout, KnownDevice known, Instant now) {
        String policy = rollout.bundle().policy();
        Line line = known.line(policy);
        boolean gone = known.assigned(policy) == null && (line == null || line.state() == PolicyReported.State.Removed);
        return gone ? settled(rollout, line == null ? Instant.EPOCH : line.since(), now) : null;
    }

    private static @Nullable Footing set(LiveRollout rollout, KnownDevice known, Instant now) {
        String digest = rollout.bundle().digest();
        Line line = known.line(rollout.bundle().policy());
        Assigned assigned = known.assigned(rollout.bundle().policy());
        Instant appliedAt = assigned != null && assigned.ref().digest().equals(digest) ? assigned.appliedAt() : null;
        if (applied(line, digest)) {
            KnownDevice.Verdict verdict = known.verdicts().get(digest);
            Instant worse = verdict == null ? null : verdict.nonCompliantSince();
            // What was broken before the bundle was in force is no regression.
            boolean regressed = worse != null && appliedAt != null && !worse.isBefore(appliedAt);
            return regressed ? of(Standing.REGRESSED) : settled(rollout, line.since(), now);
        }
        if (appliedAt != null) {
            return of(Standing.REGRESSED);
        }
        if (line == null || !line.ref().digest().equals(digest)) {
            return null;
        }
        return switch (line.state()) {
            case Failed, RolledBack -> of(Standing.FAILED);
            case Rejected -> of(Standing.REJECTED);
            case Applied, Removed -> null;
        };
    }

    private static Footing settled(LiveRollout rollout, Instant since, Instant now) {
        Instant success = since.plus(rollout.patience().success());
        return now.isBefore(success) ? new Footing(Standing.SETTLING, success) : of(Standing.SUCCEEDED);
    }

    /** Its time runs from its own admission, and only while it is connected. */
    private static Footing unanswered(LiveRollout rollout, KnownDevice known, Duration waited, Instant now) {
        if (!known.online()) {
            return of(Standing.OFFLINE);
        }
        Instant ordered = orderedAt(rollout, known);
        if (ordered == null) {
            return of(Standing.PENDING); // its order is on the way
        }
        Instant due = later(ordered, known.onlineSince())
                .plus(rollout.patience().answer())
                .minus(waited);
        return now.isBefore(due) ? new Footing(Standing.PENDING, due) : of(Standing.TIMED_OUT);
    }

    /** The later of two moments. */
    static Instant later(Instant one, @Nullable Instant other) {
        return other == null || one.isAfter(other) ? one : other;
    }
}
