package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.operator.rollout.RolloutForecast.Barriers;
import io.kubemdm.operator.rollout.RolloutForecast.Hold;
import io.kubemdm.operator.rollout.RolloutForecast.Opened;
import io.kubemdm.operator.rollout.RolloutForecast.Planned;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Leads one rollout through its steps. For one thread, once. */
final class Forecasting {

    private static final Why NO_PROBLEM = new Why("", "");

    /** More moves than any rollout of 20 steps makes. */
    private static final int MAX_MOVES = 200;

    private record Placed(FleetDevice device, String place) {}

    /** What people, other rollouts and its flag hold against it. */
    private record Restraints(
            @Nullable Bundle current,
            @Nullable Why conflict,
            ReachDecision.Limit limit,
            Supplier<@Nullable Why> unapproved,
            Gates gates) {}

    private final Planned planned;
    private final Rollout rollout;
    private final Bundle bundle;
    private final Barriers barriers;
    private final Fleet fleet;
    private final ApprovalSettings approvals;
    private final Instant begin;
    private final List<Opened> opened = new ArrayList<>();
    private final List<Placed> unreached = new ArrayList<>();
    private Instant clock;

    Forecasting(Planned planned, Barriers barriers, Fleet fleet, ApprovalSettings approvals, Instant begin) {
        this.planned = planned;
        this.rollout = planned.rollout();
        this.bundle = Objects.requireNonNull(RolloutForecast.published(planned.bundle()));
        this.barriers = barriers;
        this.fleet = fleet;
        this.approvals = approvals;
        this.begin = begin;
        this.clock = begin;
    }

    RolloutForecast foretell() {
        ProgressDecision at = planned.progress();
        LiveRollout live = admit(at);
        Hold hold = hold(at);
        fleet.devices()
                .filter(FleetDevice::addressable)
                .forEach(device -> unreached.add(new Placed(
                        device,
                        AdmissionOrder.place(device.id().name(), live.bundle().digest()))));
        if (at != null) {
            open(at, null);
        }
        RolloutSpec unheld = unheld(rollout.getSpec());
        Restraints none = new Restraints(bundle, null, ReachDecision.Limit.NONE, () -> null, Gates.NONE);
        for (int move = 0; move < MAX_MOVES; move++) {
            RolloutDecision decision = decide(unheld, at, none);
            ProgressDecision next = decision.progress();
            if (next != null && !next.equals(at)) {
                at = next;
                open(at, rollout.getSpec().maxDevicesPerMinute());
            } else if (decision.lookAgain() != null && decision.lookAgain().isAfter(clock)) {
                clock = decision.lookAgain();
            } else {
                break;
            }
        }
        // A step that never opens admits nobody beyond those before.
        LiveRollout last = admit(at);
        while (opened.size() < rollout.getSpec().steps().size()) {
            opened.add(new Opened(last, Duration.between(begin, clock), null));
        }
        boolean orphaned = planned.progress() != null && planned.current() == null;
        return new RolloutForecast(
                hold, orphaned ? new Hold("Orphaned", RolloutView.ORPHANED) : null, List.copyOf(opened));
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

    /** The threshold has moved, or the step is another: time goes on until everybody it reaches now is let in. */
    private void open(ProgressDecision at, @Nullable Integer rate) {
        LiveRollout live = admit(at);
        List<FleetDevice> more = reached(live);
        Instant passed =
                rate == null || more.isEmpty() ? clock : clock.plus(Duration.ofMinutes((more.size() - 1) / rate));
        WindowForecast windows = WindowForecast.of(
                rollout.getSpec().maintenanceWindows(),
                more.stream().filter(barriers.newcomers()).toList(),
                clock);
        int index = at.step().index();
        while (opened.size() <= index) {
            opened.add(new Opened(live, Duration.between(begin, clock), null));
        }
        Instant last = windows.last();
        clock = last == null || last.isBefore(passed) ? passed : last;
        Opened before = opened.get(index);
        opened.set(
                index,
                more.isEmpty()
                        ? new Opened(live, before.after(), before.windows())
                        : new Opened(live, Duration.between(begin, clock), windows.hold()));
    }

    private List<FleetDevice> reached(LiveRollout live) {
        List<FleetDevice> more = new ArrayList<>();
        unreached.removeIf(next -> {
            FleetDevice device = next.device();
            boolean now =
                    live.selects(device.platform(), device.labels()) && live.reaches(next.place(), device.labels());
            if (now) {
                more.add(device);
            }
            return now;
        });
        return more;
    }

    private LiveRollout admit(@Nullable ProgressDecision at) {
        LiveRollout live = Objects.requireNonNull(RolloutSituation.live(rollout, at, bundle));
        fleet.put(live);
        return live;
    }

    private @Nullable Hold hold(@Nullable ProgressDecision progress) {
        Gates gates = barriers.gates().apply(rollout);
        RolloutDecision decision = decide(
                rollout.getSpec(),
                progress,
                new Restraints(
                        // One that has not begun is told as if its bundle were published: that it is not is told
                        // beside.
                        progress == null ? bundle : RolloutForecast.published(planned.current()),
                        conflict(progress),
                        new ReachDecision.Limit(approvals.firstStepPercent(), approvals.firstStepDevices()),
                        this::unapproved,
                        gates));
        boolean goes = decision.phase() == RolloutPhase.Completed
                || (gates.flag() != Flag.UNREACHABLE
                        && (decision.phase() == RolloutPhase.Progressing || decision.phase() == RolloutPhase.Soaking));
        return goes ? null : new Hold(decision.reason(), decision.message());
    }

    private @Nullable Why unapproved() {
        return approvals.rollouts() == 0
                ? null
                : new Why(
                        "AwaitingApproval",
                        approvals.rollouts() + " other than its author must agree: kubemdm approve rollout "
                                + rollout.getMetadata().getName());
    }

    private @Nullable Why conflict(@Nullable ProgressDecision progress) {
        return planned.conflict() != null
                ? RolloutSituation.conflict(planned.conflict())
                : RolloutSituation.conflict(
                        fleet, Objects.requireNonNull(RolloutSituation.live(rollout, progress, bundle)));
    }

    private RolloutDecision decide(RolloutSpec spec, @Nullable ProgressDecision at, Restraints restraints) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        return RolloutDecision.decide(new RolloutDecision.Input(
                spec,
                rollout.getMetadata().getUid(),
                at,
                restraints.current(),
                NO_PROBLEM,
                restraints.conflict(),
                allSucceeded(),
                count -> fleet.place(namespace, name, count),
                place -> fleet.upTo(namespace, name, place),
                restraints.limit(),
                reach -> fleet.further(RolloutSituation.live(rollout, at, bundle, reach)),
                restraints.unapproved(),
                Map.of(),
                restraints.gates(),
                clock));
    }

    /** Whom a window or an unreachable flag holds counts as let in, too: time has gone on until then. */
    private Counts allSucceeded() {
        Tally tally = fleet.tally(
                rollout.getMetadata().getNamespace(), rollout.getMetadata().getName());
        return new Counts(tally.eligible(), 0, 0, 0, 0, tally.admitted() + tally.held(), 0, 0, 0, 0, 0, 0);
    }
}
