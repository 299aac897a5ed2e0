package io.kubemdm.operator.rollout;

import io.kubemdm.crds.rollout.OnFailure;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.ProgressDecision.Cause;
import io.kubemdm.operator.rollout.ProgressDecision.End;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
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
 * @param lookAgain when something changes by itself, null for never
 */
record RolloutDecision(
        @Nullable ProgressDecision progress,
        RolloutPhase phase,
        String reason,
        String message,
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

    /** Devices by standing, as in the fleet's tally. */
    record Counts(
            int eligible,
            int held,
            int pending,
            int offline,
            int settling,
            int succeeded,
            int failed,
            int rejected,
            int timedOut,
            int regressed,
            int superseded,
            int returning) {

        /** Of no device but eligible ones. */
        static Counts eligible(int devices) {
            return new Counts(devices, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        /** Devices of which something is known: it succeeded, or failed in one way or another. */
        int answered() {
            return succeeded + failed + rejected + timedOut + regressed;
        }

        /** Devices that are connected and not done. */
        int running() {
            return pending + settling;
        }

        /** Devices that were told to have the bundle. */
        int admitted() {
            return present() + offline + superseded + returning;
        }

        /** Admitted devices that answered or can answer now. */
        int present() {
            return answered() + running();
        }
    }

    /**
     * What there is to decide on.
     *
     * @param progress on record for this very object
     * @param bundle null when there is none to be had now
     * @param problem why there is none: reason and message
     * @param conflict why its version must not be brought, null when it may
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
            @Nullable Why conflict,
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

    static final Why COMPLETED = new Why("Completed", "Every step was successful.");

    static RolloutDecision decide(Input in) {
        ProgressDecision progress = in.progress();
        if (progress == null) {
            return begin(in);
        }
        ProgressDecision now = progress.withWithdrawn(HoldDecision.withdrawn(in, progress));
        if (now.withdrawn(Cause.DISABLED)) {
            return goingBack(in, now, new Why("Disabled", "spec.enabled is false: no device keeps the bundle by it."));
        }
        if (now.withdrawn(Cause.FLAG_OFF)) {
            return goingBack(in, now, new Why("FeatureFlagOff", in.gates().message()));
        }
        if (!now.ended(Stage.ABORTED)) {
            Reach wanted = Reach.of(in.spec(), now.step().index());
            if (!wanted.equals(now.reach())) {
                Why wide = ReachDecision.beforeWider(in, wanted);
                if (wide != null) {
                    return waiting(now, RolloutPhase.AwaitingApproval, wide);
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
            case HALTED -> waiting(now, RolloutPhase.Failed, new Why("Halted", String.valueOf(end.reason())));
            case COMPLETED -> waiting(now, RolloutPhase.Completed, COMPLETED);
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
        if (in.conflict() != null || in.bundle() == null) {
            return nothing(RolloutPhase.Pending, in.conflict() == null ? in.problem() : in.conflict());
        }
        if (in.gates().flag() != Flag.OPEN) {
            return nothing(RolloutPhase.Pending, HoldDecision.flag(in));
        }
        if (in.counts().eligible() == 0) {
            return nothing(RolloutPhase.Pending, new Why("NoDevices", "No enrolled device is selected yet."));
        }
        Why waits = StepDecision.unapproved(spec, 0);
        if (waits == null) {
            waits = ReachDecision.beforeFirst(in, 0);
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
                List.of(),
                null,
                null);
        return new RolloutDecision(
                fresh,
                RolloutPhase.Progressing,
                "Progressing",
                "Devices of step " + StepDecision.of(spec, 0).name() + " are applying the bundle.",
                in.now());
    }

    private static RolloutDecision nothing(RolloutPhase phase, Why why) {
        return new RolloutDecision(null, phase, why.reason(), why.message(), null);
    }

    private static RolloutDecision roll(Input in, ProgressDecision now) {
        Why failure = OutcomeDecision.failure(in.spec(), in.counts());
        if (failure == null) {
            failure = HoldDecision.failed(
                    in, StepDecision.of(in.spec(), now.step().index()));
        }
        if (failure != null) {
            Stage stage = in.spec().onFailure() == OnFailure.Pause ? Stage.HALTED : Stage.ABORTED;
            ProgressDecision ended = now.withEnd(new End(stage, failure.message(), in.now()));
            return stage == Stage.HALTED
                    ? waiting(ended, RolloutPhase.Failed, new Why("Halted", failure.message()))
                    : goingBack(in, ended, new Why("Aborted", failure.message()));
        }
        if (in.conflict() != null) {
            return held(in, now, RolloutPhase.Paused, in.conflict());
        }
        PolicyRef frozen = now.bundle().ref();
        if (in.bundle() != null && !in.bundle().ref().digest().equals(frozen.digest())) {
            return held(
                    in,
                    now,
                    RolloutPhase.Paused,
                    new Why(
                            "BundleChanged",
                            "The PolicyBundle was created again with other content; this rollout keeps to "
                                    + frozen.version() + ": create a new Rollout for the new content."));
        }
        if (in.spec().paused()) {
            return held(in, now, RolloutPhase.Paused, new Why("Paused", "spec.paused is true."));
        }
        if (in.gates().flag() == Flag.UNREACHABLE) {
            return held(in, now, RolloutPhase.Progressing, HoldDecision.flag(in));
        }
        return now.step().admittedAll() ? AdvanceDecision.advance(in, now) : StepDecision.slice(in, now);
    }

    private static RolloutDecision goingBack(Input in, ProgressDecision now, Why why) {
        // Counts of the moment before do not say yet who has to go back.
        boolean begins = in.progress() == null || in.progress().revokedAt() == null;
        boolean back = !begins && in.counts().returning() == 0;
        return new RolloutDecision(
                now,
                back ? RolloutPhase.RolledBack : RolloutPhase.RollingBack,
                why.reason(),
                back || begins
                        ? why.message()
                        : why.message() + " " + in.counts().returning() + " still have it.",
                begins ? in.now() : null);
    }

    /** Nobody further is let in; whoever has it is measured on, and a measurement that fails takes it back. */
    private static RolloutDecision held(Input in, ProgressDecision now, RolloutPhase phase, Why why) {
        Step step = StepDecision.of(in.spec(), now.step().index());
        return new RolloutDecision(now, phase, why.reason(), why.message(), HoldDecision.next(in, step));
    }

    static RolloutDecision waiting(ProgressDecision now, RolloutPhase phase, Why why) {
        return new RolloutDecision(now, phase, why.reason(), why.message(), null);
    }
}
