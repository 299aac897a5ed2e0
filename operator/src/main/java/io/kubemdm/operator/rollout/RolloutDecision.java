package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.OnFailure;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.ProgressDecision.End;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.ProgressDecision.Withdrawal;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
     * @param analysis what the analyses of the open step say, by name
     * @param gates what the feature flag says
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
            Map<String, AnalysisVerdict> analysis,
            Gates gates,
            Instant now) {}

    /** A reason and its sentence. */
    record Why(String reason, String message) {}

    static RolloutDecision decide(Input in) {
        ProgressDecision progress = in.progress();
        if (progress == null) {
            return begin(in);
        }
        Withdrawal withdrawn = HoldDecision.withdrawn(in, progress);
        ProgressDecision now = withdrawn == progress.withdrawn() ? progress : progress.withWithdrawn(withdrawn);
        if (withdrawn == Withdrawal.DISABLED) {
            return goingBack(in, now, new Why("Disabled", "spec.enabled is false: no device keeps the bundle by it."));
        }
        if (withdrawn == Withdrawal.FLAG_OFF) {
            return goingBack(in, now, new Why("FeatureFlagOff", in.gates().message()));
        }
        if (!now.ended(Stage.ABORTED)) {
            Reach wanted = Reach.of(in.spec(), now.step().index());
            if (!wanted.equals(now.reach())) {
                Why wide = ReachDecision.beforeWider(in, wanted);
                if (wide != null) {
                    return waiting(in, now, RolloutPhase.AwaitingApproval, wide);
                }
                now = now.withReach(wanted);
            }
        }
        End end = now.end();
        if (end == null) {
            return roll(in, now);
        }
        return switch (end.stage()) {
            case ABORTED -> goingBack(in, now, new Why("Aborted", String.valueOf(end.reason())));
            case HALTED -> waiting(in, now, RolloutPhase.Paused, new Why("Halted", String.valueOf(end.reason())));
            case COMPLETED ->
                waiting(in, now, RolloutPhase.Completed, new Why("Completed", "Every step was successful."));
        };
    }

    private static RolloutDecision begin(Input in) {
        RolloutSpec spec = in.spec();
        if (!spec.enabled()) {
            return nothing(RolloutPhase.Paused, new Why("Disabled", "spec.enabled is false."));
        }
        if (spec.paused()) {
            return nothing(RolloutPhase.Paused, new Why("Paused", "spec.paused is true."));
        }
        if (in.bundle() == null) {
            return nothing(RolloutPhase.Pending, in.problem());
        }
        if (in.gates().flag() != Flag.OPEN) {
            return nothing(RolloutPhase.Pending, HoldDecision.flag(in));
        }
        if (in.counts().eligible() == 0) {
            return nothing(RolloutPhase.Pending, new Why("NoDevices", "No enrolled device is selected yet."));
        }
        Why waits = StepDecision.unapproved(spec, 0);
        if (waits == null) {
            waits = ReachDecision.beforeFirst(in);
        }
        if (waits != null) {
            return nothing(RolloutPhase.AwaitingApproval, waits);
        }
        ProgressDecision fresh = new ProgressDecision(
                in.uid(),
                new Frozen(
                        in.bundle().ref(), in.bundle().platforms(), in.bundle().heartbeatSeconds(), spec.retire()),
                Reach.of(spec, 0),
                StepDecision.opened(in, 0, null),
                in.now(),
                null,
                null);
        return new RolloutDecision(
                fresh,
                RolloutPhase.Progressing,
                "Progressing",
                "Devices of step " + StepDecision.of(spec, 0).name() + " are applying the bundle.",
                0,
                in.now());
    }

    private static RolloutDecision nothing(RolloutPhase phase, Why why) {
        return new RolloutDecision(null, phase, why.reason(), why.message(), 0, null);
    }

    private static RolloutDecision roll(Input in, ProgressDecision now) {
        Why failure = OutcomeDecision.failure(in, now);
        if (failure == null) {
            failure = HoldDecision.failed(
                    in, StepDecision.of(in.spec(), now.step().index()));
        }
        if (failure != null) {
            Stage stage = in.spec().onFailure() == OnFailure.Pause ? Stage.HALTED : Stage.ABORTED;
            ProgressDecision ended = now.withEnd(new End(stage, failure.message(), in.now()));
            return stage == Stage.HALTED
                    ? waiting(in, ended, RolloutPhase.Paused, new Why("Halted", failure.message()))
                    : goingBack(in, ended, new Why("Aborted", failure.message()));
        }
        PolicyRef frozen = now.bundle().ref();
        if (in.bundle() != null && !in.bundle().ref().digest().equals(frozen.digest())) {
            return waiting(
                    in,
                    now,
                    RolloutPhase.Paused,
                    new Why(
                            "BundleChanged",
                            "The PolicyBundle was created again with other content; this rollout keeps to "
                                    + frozen.version() + ": create a new Rollout for the new content."));
        }
        if (in.spec().paused()) {
            return waiting(in, now, RolloutPhase.Paused, new Why("Paused", "spec.paused is true."));
        }
        if (in.gates().flag() == Flag.UNREACHABLE) {
            return waiting(in, now, RolloutPhase.Progressing, HoldDecision.flag(in));
        }
        return now.step().admittedAll() ? advance(in, now) : StepDecision.slice(in, now);
    }

    private static RolloutDecision advance(Input in, ProgressDecision now) {
        int index = now.step().index();
        Step step = StepDecision.of(in.spec(), index);
        if (!OutcomeDecision.successful(in, now)) {
            return waiting(
                    in,
                    now.step().goodSince() == null
                            ? now
                            : now.withStep(now.step().good(null)),
                    RolloutPhase.Progressing,
                    new Why("Progressing", "Devices of step " + step.name() + " are applying the bundle."));
        }
        Instant since = now.step().goodSince() == null ? in.now() : now.step().goodSince();
        ProgressDecision good = now.withStep(now.step().good(since));
        Instant soaked = since.plus(Formats.duration(step.soak()));
        if (in.now().isBefore(soaked)) {
            return new RolloutDecision(
                    good,
                    RolloutPhase.Soaking,
                    "Soaking",
                    "Step " + step.name() + " is successful and soaks for " + step.soak() + ".",
                    OutcomeDecision.timedOut(in, good),
                    earlier(soaked, HoldDecision.next(in, step)));
        }
        Why unfinished = HoldDecision.unfinished(in, step);
        if (unfinished != null) {
            RolloutDecision waits = waiting(in, good, RolloutPhase.Progressing, unfinished);
            return waits.lookingAgain(earlier(waits.lookAgain(), HoldDecision.next(in, step)));
        }
        int next = index + 1;
        if (next == in.spec().steps().size()) {
            return waiting(
                    in,
                    good.withEnd(new End(Stage.COMPLETED, null, in.now())),
                    RolloutPhase.Completed,
                    new Why("Completed", "Every step was successful."));
        }
        Why unapproved = StepDecision.unapproved(in.spec(), next);
        return unapproved == null
                ? StepDecision.open(in, good, next)
                : waiting(in, good, RolloutPhase.AwaitingApproval, unapproved);
    }

    private static RolloutDecision goingBack(Input in, ProgressDecision now, Why why) {
        RolloutPhase phase = in.counts().holding() > 0 ? RolloutPhase.RollingBack : RolloutPhase.RolledBack;
        return new RolloutDecision(now, phase, why.reason(), why.message(), 0, null);
    }

    private static RolloutDecision waiting(Input in, ProgressDecision now, RolloutPhase phase, Why why) {
        Instant due = OutcomeDecision.due(in, now);
        boolean open = phase == RolloutPhase.Progressing && in.now().isBefore(due);
        return new RolloutDecision(
                now, phase, why.reason(), why.message(), OutcomeDecision.timedOut(in, now), open ? due : null);
    }

    private RolloutDecision lookingAgain(@Nullable Instant next) {
        return new RolloutDecision(progress, phase, reason, message, timedOut, next);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
