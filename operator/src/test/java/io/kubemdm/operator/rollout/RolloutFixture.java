package io.kubemdm.operator.rollout;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One situation of a rollout, changed part by part. By default 100 devices, steps few (10 %) and all, the first of them
 * open; the n-th device's place is n.
 */
record RolloutFixture(
        RolloutSpec spec,
        @Nullable ProgressDecision progress,
        @Nullable Bundle bundle,
        Counts counts,
        @Nullable Why conflict,
        @Nullable Why unapproved,
        Map<String, AnalysisVerdict> analysis,
        Gates gates,
        Instant now) {

    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final Bundle BUNDLE = new Bundle(new PolicyRef("base", "1.0.0", "sha256:1"), List.of(), 300);

    static RolloutFixture open() {
        return open(UnaryOperator.identity());
    }

    static RolloutFixture open(UnaryOperator<RolloutSpecBuilder> change) {
        RolloutFixture fresh = fresh(change);
        return fresh.with(new ProgressDecision(
                "uid",
                new Frozen(BUNDLE.ref(), List.of(), 300, false),
                Reach.of(fresh.spec(), 0),
                new OpenStep(0, place(10), place(10), NOW, NOW, null, null),
                NOW,
                List.of(),
                null,
                null));
    }

    static RolloutFixture fresh(UnaryOperator<RolloutSpecBuilder> change) {
        RolloutSpec spec = change.apply(RolloutSpecBuilder.builder()
                        .bundleRef(new ObjectRef("base"))
                        .selector(new LabelSelector(Map.of(), List.of()))
                        .steps(List.of(
                                StepBuilder.builder().name("few").percent(10).build(),
                                StepBuilder.builder().name("all").percent(100).build())))
                .build();
        return new RolloutFixture(spec, null, BUNDLE, Counts.eligible(100), null, null, Map.of(), Gates.NONE, NOW);
    }

    static @Nullable String place(int count) {
        return count == 0 ? null : "%016x".formatted(count);
    }

    RolloutFixture with(@Nullable ProgressDecision next) {
        return new RolloutFixture(spec, next, bundle, counts, conflict, unapproved, analysis, gates, now);
    }

    RolloutFixture with(UnaryOperator<RolloutSpecBuilder> change) {
        return new RolloutFixture(
                change.apply(RolloutSpecBuilder.builder(spec)).build(),
                progress,
                bundle,
                counts,
                conflict,
                unapproved,
                analysis,
                gates,
                now);
    }

    RolloutFixture with(Devices devices) {
        return new RolloutFixture(spec, progress, bundle, devices.counts(), conflict, unapproved, analysis, gates, now);
    }

    RolloutFixture bringing(@Nullable Bundle next) {
        return new RolloutFixture(spec, progress, next, counts, conflict, unapproved, analysis, gates, now);
    }

    RolloutFixture conflicting(Why why) {
        return new RolloutFixture(spec, progress, bundle, counts, why, unapproved, analysis, gates, now);
    }

    RolloutFixture lacking(Why approval) {
        return new RolloutFixture(spec, progress, bundle, counts, conflict, approval, analysis, gates, now);
    }

    RolloutFixture measuring(String name, AnalysisVerdict verdict) {
        return new RolloutFixture(
                spec, progress, bundle, counts, conflict, unapproved, Map.of(name, verdict), gates, now);
    }

    RolloutFixture flag(Gates next) {
        return new RolloutFixture(spec, progress, bundle, counts, conflict, unapproved, analysis, next, now);
    }

    RolloutFixture later(long seconds) {
        return new RolloutFixture(
                spec, progress, bundle, counts, conflict, unapproved, analysis, gates, now.plusSeconds(seconds));
    }

    RolloutDecision decide() {
        return RolloutDecision.decide(new Input(
                spec,
                "uid",
                progress,
                bundle,
                new Why("BundleMissing", "missing"),
                conflict,
                counts,
                RolloutFixture::place,
                place -> StepDecision.LAST_PLACE.equals(place) ? counts.eligible() : Integer.parseInt(place, 16),
                unapproved == null ? ReachDecision.Limit.NONE : new ReachDecision.Limit(5, 10),
                reach -> 0,
                () -> unapproved,
                analysis,
                gates,
                now));
    }

    /** What it remembers after its move. */
    ProgressDecision moved() {
        return Objects.requireNonNull(decide().progress());
    }

    /** The situation after its move. */
    RolloutFixture next() {
        return with(decide().progress());
    }

    /** The open step after its move. */
    int step() {
        return moved().step().index();
    }

    /** Phase and reason after its move. */
    String said() {
        RolloutDecision decision = decide();
        return decision.phase() + "/" + decision.reason();
    }
}
