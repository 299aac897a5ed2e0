package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.OfflinePolicy;
import io.kubemdm.crds.rollout.OnFailure;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The next move of a rollout, at most one: open a step, move the threshold, stop, or wait.
 *
 * @param progress what is to be remembered, null while nothing was ever admitted
 * @param phase one word for people
 * @param reason CamelCase constant for the Progressing condition
 * @param message a sentence
 * @param timedOut admitted, connected devices whose time is up
 * @param lookAgain when something changes by itself, null for never
 */
record RolloutDecision(
        @Nullable ProgressDecision progress,
        RolloutPhase phase,
        String reason,
        String message,
        int timedOut,
        @Nullable Instant lookAgain) {

    /** The place after which nobody comes. */
    static final String LAST_PLACE = "ffffffffffffffff";

    private static final Duration SLICE = Duration.ofMinutes(1);

    /** A bundle that can be fetched. */
    record Bundle(
            PolicyRef ref,
            List<String> platforms,
            int heartbeatSeconds,
            @Nullable BundleProof proof) {

        Bundle(PolicyRef ref, List<String> platforms, int heartbeatSeconds) {
            this(ref, platforms, heartbeatSeconds, null);
        }
    }

    /** Devices by standing; {@code holding} counts all that have the bundle. */
    record Counts(
            int eligible,
            int reachable,
            int admitted,
            int succeeded,
            int failed,
            int rejected,
            int rolledBack,
            int offline,
            int holding) {

        int answered() {
            return succeeded + failed + rejected + rolledBack;
        }
    }

    /**
     * What there is to decide on.
     *
     * @param progress on record for this very object
     * @param bundle null when there is none to be had now
     * @param problem why there is none: reason and message
     * @param place place of the n-th eligible device
     * @param upTo eligible devices at or before a place
     * @param limit above which a step is wide
     * @param further devices that another reach admits at the present threshold and the present one does not
     * @param unapproved why a wide step is not approved, asked only about a wide one; null when it is
     */
    record Input(
            RolloutSpec spec,
            String uid,
            @Nullable ProgressDecision progress,
            @Nullable Bundle bundle,
            Why problem,
            Counts counts,
            IntFunction<@Nullable String> place,
            ToIntFunction<String> upTo,
            ReachDecision.Limit limit,
            ToIntFunction<Reach> further,
            Supplier<@Nullable Why> unapproved,
            Instant now) {}

    /** A reason and its sentence. */
    record Why(String reason, String message) {}

    /** How many of {@code eligible} devices {@code percent} of them are: rounded up, so that a step is never empty. */
    static int share(int percent, int eligible) {
        return Math.toIntExact(((long) percent * eligible + 99) / 100);
    }

    static RolloutDecision decide(Input in) {
        ProgressDecision progress = in.progress();
        if (progress == null) {
            return begin(in);
        }
        ProgressDecision now = progress.enabled() == in.spec().enabled()
                ? progress
                : progress.withEnabled(in.spec().enabled());
        if (!now.enabled()) {
            return goingBack(in, now, new Why("Disabled", "spec.enabled is false: no device keeps the bundle by it."));
        }
        if (now.stage() != Stage.ABORTED) {
            Reach wanted = Reach.of(in.spec(), now.step());
            if (!wanted.equals(now.reach())) {
                Why wide = now.reach() == null ? null : ReachDecision.beforeWider(in, wanted);
                if (wide != null) {
                    return waiting(in, now, RolloutPhase.AwaitingApproval, wide);
                }
                now = now.withReach(wanted);
            }
        }
        return switch (now.stage()) {
            case ABORTED -> goingBack(in, now, new Why("Aborted", String.valueOf(now.reason())));
            case HALTED -> waiting(in, now, RolloutPhase.Paused, new Why("Halted", String.valueOf(now.reason())));
            case COMPLETED ->
                waiting(in, now, RolloutPhase.Completed, new Why("Completed", "Every step was successful."));
            case ROLLING -> roll(in, now);
        };
    }

    private static RolloutDecision begin(Input in) {
        RolloutSpec spec = in.spec();
        Why hold = null;
        if (in.bundle() == null) {
            hold = in.problem();
        } else if (spec.featureFlag() != null) {
            hold = new Why("FeatureFlagUnreachable", "No feature flag service is configured: remove spec.featureFlag.");
        } else if (in.counts().eligible() == 0) {
            hold = new Why("NoDevices", "No enrolled device is selected yet.");
        }
        if (!spec.enabled()) {
            return new RolloutDecision(null, RolloutPhase.Paused, "Disabled", "spec.enabled is false.", 0, null);
        }
        if (spec.paused()) {
            return new RolloutDecision(null, RolloutPhase.Paused, "Paused", "spec.paused is true.", 0, null);
        }
        if (hold != null || in.bundle() == null) {
            Why why = hold == null ? in.problem() : hold;
            return new RolloutDecision(null, RolloutPhase.Pending, why.reason(), why.message(), 0, null);
        }
        if (!approved(spec, 0)) {
            return new RolloutDecision(
                    null, RolloutPhase.AwaitingApproval, "AwaitingApproval", approvalMessage(spec, 0), 0, null);
        }
        Why wide = ReachDecision.beforeFirst(in);
        if (wide != null) {
            return new RolloutDecision(null, RolloutPhase.AwaitingApproval, wide.reason(), wide.message(), 0, null);
        }
        ProgressDecision fresh = new ProgressDecision(
                in.uid(),
                in.bundle().ref(),
                in.bundle().platforms(),
                in.bundle().heartbeatSeconds(),
                spec.retire(),
                Stage.ROLLING,
                true,
                0,
                null,
                null,
                in.now(),
                in.now(),
                in.now(),
                null,
                null,
                null,
                null);
        return open(in, fresh, 0);
    }

    private static RolloutDecision roll(Input in, ProgressDecision now) {
        Why failure = failure(in, now);
        if (failure != null) {
            Stage end = in.spec().onFailure() == OnFailure.Pause ? Stage.HALTED : Stage.ABORTED;
            ProgressDecision ended = now.ended(end, failure.message(), in.now());
            return end == Stage.HALTED
                    ? waiting(in, ended, RolloutPhase.Paused, new Why("Halted", failure.message()))
                    : goingBack(in, ended, new Why("Aborted", failure.message()));
        }
        if (in.bundle() != null
                && !in.bundle().ref().digest().equals(now.bundle().digest())) {
            return waiting(
                    in,
                    now,
                    RolloutPhase.Paused,
                    new Why(
                            "BundleChanged",
                            "The PolicyBundle was created again with other content; this rollout keeps to "
                                    + now.bundle().version() + ": create a new Rollout for the new content."));
        }
        if (in.spec().paused()) {
            return waiting(in, now, RolloutPhase.Paused, new Why("Paused", "spec.paused is true."));
        }
        if (now.target() != null && !now.target().equals(now.threshold())) {
            return slice(in, now);
        }
        return advance(in, now);
    }

    private static RolloutDecision advance(Input in, ProgressDecision now) {
        Step step = step(in.spec(), now.step());
        if (!successful(in, now)) {
            return waiting(
                    in,
                    now.goodSince() == null ? now : now.goodSince(null),
                    RolloutPhase.Progressing,
                    new Why("Progressing", "Devices of step " + step.name() + " are applying the bundle."));
        }
        ProgressDecision good = now.goodSince() == null ? now.goodSince(in.now()) : now;
        Instant soaked = in.now();
        if (good.goodSince() != null) {
            soaked = good.goodSince().plus(Formats.duration(step.soak()));
        }
        if (in.now().isBefore(soaked)) {
            return new RolloutDecision(
                    good,
                    RolloutPhase.Soaking,
                    "Soaking",
                    "Step " + step.name() + " is successful and soaks for " + step.soak() + ".",
                    timedOut(in, good),
                    soaked);
        }
        if (!step.analysis().isEmpty()) {
            return waiting(
                    in,
                    good,
                    RolloutPhase.Progressing,
                    new Why(
                            "AnalysisUnavailable",
                            "Step " + step.name()
                                    + " asks for an analysis, which cannot be measured here: remove its analysis"
                                    + " or approve by hand."));
        }
        int next = now.step() + 1;
        if (next == in.spec().steps().size()) {
            return waiting(
                    in,
                    good.ended(Stage.COMPLETED, null, in.now()),
                    RolloutPhase.Completed,
                    new Why("Completed", "Every step was successful."));
        }
        if (!approved(in.spec(), next)) {
            return waiting(
                    in,
                    good,
                    RolloutPhase.AwaitingApproval,
                    new Why("AwaitingApproval", approvalMessage(in.spec(), next)));
        }
        return open(in, good, next);
    }

    private static RolloutDecision open(Input in, ProgressDecision now, int index) {
        Step step = step(in.spec(), index);
        boolean last = index == in.spec().steps().size() - 1;
        String target = now.threshold();
        if (last) {
            target = LAST_PLACE;
        } else if (step.percent() != null) {
            int eligible = in.counts().eligible();
            int withoutControl = eligible - share(in.spec().controlPercent(), eligible);
            target =
                    later(now.threshold(), in.place().apply(Math.min(share(step.percent(), eligible), withoutControl)));
        }
        boolean atOnce = in.spec().maxDevicesPerMinute() == null || target == null || target.equals(now.threshold());
        String threshold = atOnce ? target : slicePlace(in, now.threshold(), target);
        return new RolloutDecision(
                now.opened(index, threshold, target, Reach.of(in.spec(), index), in.now()),
                RolloutPhase.Progressing,
                "Progressing",
                "Devices of step " + step.name() + " are applying the bundle.",
                0,
                in.now());
    }

    private static RolloutDecision slice(Input in, ProgressDecision now) {
        Instant due = now.slicedAt().plus(SLICE);
        boolean unlimited = in.spec().maxDevicesPerMinute() == null;
        String step = step(in.spec(), now.step()).name();
        if (!unlimited && in.now().isBefore(due)) {
            return new RolloutDecision(
                    now,
                    RolloutPhase.Progressing,
                    "RateLimited",
                    "Step " + step + " admits " + in.spec().maxDevicesPerMinute() + " devices a minute.",
                    timedOut(in, now),
                    due);
        }
        String target = String.valueOf(now.target());
        String threshold = unlimited ? target : slicePlace(in, now.threshold(), target);
        return new RolloutDecision(
                now.sliced(threshold, in.now()),
                RolloutPhase.Progressing,
                "RateLimited",
                "Step " + step + " admits its devices minute by minute.",
                0,
                in.now());
    }

    private static @Nullable String slicePlace(Input in, @Nullable String threshold, String target) {
        int have = threshold == null ? 0 : in.upTo().applyAsInt(threshold);
        int most = in.spec().maxDevicesPerMinute() == null
                ? Integer.MAX_VALUE
                : in.spec().maxDevicesPerMinute();
        if (in.upTo().applyAsInt(target) - have <= most) {
            return target;
        }
        return later(threshold, in.place().apply(have + most));
    }

    private static @Nullable String later(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static boolean successful(Input in, ProgressDecision now) {
        Counts counts = in.counts();
        int answered = counts.answered() + timedOut(in, now);
        int expected = in.spec().offlinePolicy() == OfflinePolicy.Skip
                ? counts.admitted() - counts.offline()
                : counts.admitted();
        if (in.spec().offlinePolicy() == OfflinePolicy.CatchUp && counts.answered() > 0) {
            // Whoever is away catches up later, but somebody has to have tried it.
            expected = counts.admitted() - counts.offline();
        }
        // A sample may open the next step; there is none after the last, and "Completed" says that nobody is still at
        // it.
        boolean last = now.step() >= in.spec().steps().size() - 1;
        int needed = last ? expected : Math.min(in.spec().success().minimumSample(), expected);
        return answered >= needed
                && (long) counts.succeeded() * 100 >= (long) in.spec().success().percent() * answered;
    }

    private static @Nullable Why failure(Input in, ProgressDecision now) {
        Counts counts = in.counts();
        int timedOut = timedOut(in, now);
        int answered = counts.answered() + timedOut;
        for (RolloutSpec.Abort abort : in.spec().abort()) {
            int failures = failures(abort.failureType(), counts, timedOut);
            boolean sampled = answered >= Math.min(abort.minimumSample(), counts.admitted());
            if (sampled && failures > 0 && (long) failures * 100 >= (long) abort.percent() * answered) {
                return new Why(
                        "Aborted",
                        failures + " of " + answered + " devices that answered: " + abort.failureType()
                                + ", the limit is " + abort.percent() + " %.");
            }
        }
        return null;
    }

    private static int failures(FailureType type, Counts counts, int timedOut) {
        return switch (type) {
            case Failed -> counts.failed() + counts.rolledBack();
            case Rejected -> counts.rejected();
            case TimedOut -> timedOut;
            case Any -> counts.failed() + counts.rolledBack() + counts.rejected() + timedOut;
            case Regressed, Unrecognised -> 0;
        };
    }

    private static int timedOut(Input in, ProgressDecision now) {
        Instant due = now.stepStartedAt().plus(Formats.duration(in.spec().deviceTimeout()));
        Counts counts = in.counts();
        return in.now().isBefore(due) ? 0 : Math.max(0, counts.admitted() - counts.answered() - counts.offline());
    }

    private static RolloutDecision goingBack(Input in, ProgressDecision now, Why why) {
        RolloutPhase phase = in.counts().holding() > 0 ? RolloutPhase.RollingBack : RolloutPhase.RolledBack;
        return new RolloutDecision(now, phase, why.reason(), why.message(), 0, null);
    }

    private static RolloutDecision waiting(Input in, ProgressDecision now, RolloutPhase phase, Why why) {
        Instant due = now.stepStartedAt().plus(Formats.duration(in.spec().deviceTimeout()));
        boolean open = phase == RolloutPhase.Progressing && in.now().isBefore(due);
        return new RolloutDecision(now, phase, why.reason(), why.message(), timedOut(in, now), open ? due : null);
    }

    private static boolean approved(RolloutSpec spec, int index) {
        return step(spec, index).approval() != Approval.Manual || approvedIndex(spec) >= index;
    }

    private static int approvedIndex(RolloutSpec spec) {
        for (int i = 0; i < spec.steps().size(); i++) {
            if (spec.steps().get(i).name().equals(spec.approvedStep())) {
                return i;
            }
        }
        return -1;
    }

    private static String approvalMessage(RolloutSpec spec, int index) {
        String name = step(spec, index).name();
        return "Step " + name + " waits for a person: set spec.approvedStep to " + name + ".";
    }

    private static Step step(RolloutSpec spec, int index) {
        return spec.steps().get(Math.min(index, spec.steps().size() - 1));
    }
}
