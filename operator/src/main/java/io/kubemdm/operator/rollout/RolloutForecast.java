package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a rollout would open its steps, by {@link RolloutDecision} itself: it is asked again and again, as the reconciler
 * does, and told each time that every admitted device has succeeded and that nobody holds it.
 *
 * @param hold why nothing would happen yet, null when something would
 * @param steps one for each of the spec, in order
 */
public record RolloutForecast(@Nullable Hold hold, List<Opened> steps) {

    private static final Why NO_PROBLEM = new Why("", "");

    /** More moves than any rollout of 20 steps makes. */
    private static final int MAX_MOVES = 200;

    /** Why it waits: a CamelCase constant and a sentence. */
    public record Hold(String reason, String message) {}

    /**
     * A step once it is open.
     *
     * @param live whom the rollout then admits
     * @param after time from the beginning until all of the step are admitted, every device succeeding at once
     */
    public record Opened(LiveRollout live, Duration after) {}

    /** A rollout as far as devices are concerned, null when it has neither a record nor a bundle. */
    public static @Nullable LiveRollout live(
            Rollout rollout, @Nullable ProgressDecision progress, @Nullable PublishedBundle bundle) {
        return RolloutSituation.live(rollout, progress, bundle == null ? null : published(bundle));
    }

    /**
     * Foretells.
     *
     * @param rollout with namespace, name and spec
     * @param progress on record for this very object, null for one that has not begun
     * @param fleet the namespace's devices; afterwards the rollout is in it as it would be in the end
     */
    public static RolloutForecast of(
            Rollout rollout,
            @Nullable ProgressDecision progress,
            PublishedBundle bundle,
            Fleet fleet,
            ApprovalSettings approvals,
            Instant now) {
        return new Forecasting(rollout, published(bundle), fleet, approvals, now).from(progress);
    }

    private static Bundle published(PublishedBundle record) {
        return new Bundle(record.ref(), record.platforms(), record.heartbeatSeconds(), record.proof());
    }

    /** The spec without what holds it. */
    private static RolloutSpec unheld(RolloutSpec spec) {
        return spec.withPaused(false)
                .withEnabled(true)
                .withFeatureFlag(null)
                .withMaxDevicesPerMinute(null)
                .withAnalysis(List.of())
                .withSteps(spec.steps().stream()
                        .map(step -> step.withAnalysis(List.of()).withApproval(Approval.Automatic))
                        .toList());
    }

    private static final class Forecasting {

        private final Rollout rollout;
        private final Bundle bundle;
        private final Fleet fleet;
        private final ApprovalSettings approvals;
        private final Instant begin;
        private final List<Opened> opened = new ArrayList<>();
        private Instant clock;

        Forecasting(Rollout rollout, Bundle bundle, Fleet fleet, ApprovalSettings approvals, Instant begin) {
            this.rollout = rollout;
            this.bundle = bundle;
            this.fleet = fleet;
            this.approvals = approvals;
            this.begin = begin;
            this.clock = begin;
        }

        RolloutForecast from(@Nullable ProgressDecision progress) {
            admit(progress);
            Hold hold = hold(progress);
            ProgressDecision at = progress;
            RolloutSpec unheld = unheld(rollout.getSpec());
            if (progress != null) {
                open(progress, 0);
            }
            for (int move = 0; move < MAX_MOVES; move++) {
                int before = tally().admitted();
                RolloutDecision decision = decide(unheld, at, ReachDecision.Limit.NONE, () -> null);
                ProgressDecision next = decision.progress();
                if (next != null && !next.equals(at)) {
                    at = next;
                    admit(at);
                    open(at, tally().admitted() - before);
                } else if (decision.lookAgain() != null && decision.lookAgain().isAfter(clock)) {
                    clock = decision.lookAgain();
                } else {
                    break;
                }
            }
            // A step that never opens admits nobody beyond those before.
            LiveRollout last = admit(at);
            while (opened.size() < rollout.getSpec().steps().size()) {
                opened.add(new Opened(last, Duration.between(begin, clock)));
            }
            return new RolloutForecast(hold, List.copyOf(opened));
        }

        private void open(ProgressDecision at, int more) {
            Integer rate = rollout.getSpec().maxDevicesPerMinute();
            if (rate != null && more > 0) {
                clock = clock.plus(Duration.ofMinutes((more - 1) / rate));
            }
            LiveRollout live = admit(at);
            int index = at.step().index();
            while (opened.size() <= index) {
                opened.add(new Opened(live, Duration.between(begin, clock)));
            }
            opened.set(index, new Opened(live, opened.get(index).after()));
        }

        private LiveRollout admit(@Nullable ProgressDecision at) {
            LiveRollout live = RolloutSituation.live(rollout, at, bundle);
            if (live == null) {
                throw new IllegalStateException("a rollout with a bundle is live");
            }
            fleet.put(live);
            return live;
        }

        private @Nullable Hold hold(@Nullable ProgressDecision progress) {
            RolloutDecision decision = decide(
                    rollout.getSpec(),
                    progress,
                    new ReachDecision.Limit(approvals.firstStepPercent(), approvals.firstStepDevices()),
                    () -> approvals.rollouts() == 0
                            ? null
                            : new Why(
                                    "AwaitingApproval",
                                    approvals.rollouts() + " other than its author must agree: kubemdm approve rollout "
                                            + rollout.getMetadata().getName()));
            boolean goes = decision.phase() == RolloutPhase.Progressing
                    || decision.phase() == RolloutPhase.Soaking
                    || decision.phase() == RolloutPhase.Completed;
            return goes ? null : new Hold(decision.reason(), decision.message());
        }

        private RolloutDecision decide(
                RolloutSpec spec,
                @Nullable ProgressDecision at,
                ReachDecision.Limit limit,
                Supplier<@Nullable Why> unapproved) {
            String namespace = rollout.getMetadata().getNamespace();
            String name = rollout.getMetadata().getName();
            return RolloutDecision.decide(new RolloutDecision.Input(
                    spec,
                    rollout.getMetadata().getUid(),
                    at,
                    bundle,
                    NO_PROBLEM,
                    null,
                    allSucceeded(),
                    count -> fleet.place(namespace, name, count),
                    place -> fleet.upTo(namespace, name, place),
                    limit,
                    reach -> fleet.further(RolloutSituation.live(rollout, at, bundle, reach)),
                    unapproved,
                    Map.of(),
                    Gates.NONE,
                    clock));
        }

        private Counts allSucceeded() {
            Tally tally = tally();
            return new Counts(tally.eligible(), 0, 0, 0, 0, tally.admitted(), 0, 0, 0, 0, 0, 0);
        }

        private Tally tally() {
            return fleet.tally(
                    rollout.getMetadata().getNamespace(), rollout.getMetadata().getName());
        }
    }
}
