package io.kubemdm.operator.plan;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.flag.FlagSurvey;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.gate.PassageDecision;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.RolloutForecast;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.plan.RolloutPlan.Hold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes one plan of one situation. */
final class Foretelling {

    private final PlanRequest request;
    private final Situation situation;
    private final ApprovalSettings approvals;
    private final FlagSurvey flags;
    private final Instant now;

    Foretelling(PlanRequest request, Situation situation, ApprovalSettings approvals, FlagSurvey flags, Instant now) {
        this.request = request;
        this.situation = situation;
        this.approvals = approvals;
        this.flags = flags;
        this.now = now;
    }

    RolloutPlan plan() {
        Rollout existing = situation.rollout(request.rollout());
        ProgressDecision progress = existing == null ? null : situation.progress(existing);
        Brought brought = Brought.of(request, situation, progress, approvals, now);
        BundleContent content = brought.content();
        Rollout rollout = rollout(existing);
        LiveRollout planned = Objects.requireNonNull(RolloutForecast.live(rollout, progress, brought.bundle()));
        List<LiveRollout> others = situation.others(content.policy(), request.rollout());
        situation
                .gates()
                .ask(
                        flags,
                        situation.fleet(),
                        Stream.concat(Stream.of(planned), others.stream()).toList());
        others.forEach(situation.fleet()::put);
        RolloutForecast forecast = RolloutForecast.of(
                new RolloutForecast.Planned(rollout, progress, brought.bundle(), brought.current(), brought.conflict()),
                new RolloutForecast.Barriers(
                        situation.gates().turnstile()::gates,
                        device -> situation.gates().isNewcomer(planned, device)),
                situation.fleet(),
                approvals,
                now);
        LiveRollout begun = existing == null || progress == null
                ? null
                : RolloutForecast.live(existing, progress, brought.bundle());
        List<Candidate> candidates = Candidate.of(forecast.steps(), begun, others, situation);
        Outlooks outlooks = Outlooks.of(candidates, content, request.spec().retire(), situation, now);
        RolloutPlan.Flag flag = flag(candidates, planned);
        return new RolloutPlan(
                now,
                request.namespace(),
                request.rollout(),
                request.spec().bundleRef().name(),
                content.ref(),
                request.spec().retire(),
                holds(brought, forecast),
                devices(candidates, content),
                new Steps(request, forecast.steps(), candidates, outlooks).list(flag == null ? "" : flag.problem()),
                flag,
                windows(candidates),
                outlooks.compliance(request.names()),
                outlooks.actions(request.names()),
                new Conflicts(candidates, content, situation, request).list(),
                notes(forecast, outlooks));
    }

    private Rollout rollout(@Nullable Rollout existing) {
        Rollout rollout = new Rollout();
        rollout.setMetadata(new ObjectMetaBuilder()
                .withNamespace(request.namespace())
                .withName(request.rollout())
                .withUid(existing == null ? "" : existing.getMetadata().getUid())
                .build());
        rollout.setSpec(request.spec());
        return rollout;
    }

    private static List<Hold> holds(Brought brought, RolloutForecast forecast) {
        List<Hold> holds = new ArrayList<>();
        if (brought.hold() != null) {
            holds.add(brought.hold());
        }
        if (forecast.hold() != null) {
            holds.add(new Hold(forecast.hold().reason(), forecast.hold().message()));
        }
        return holds;
    }

    private static List<String> notes(RolloutForecast forecast, Outlooks outlooks) {
        RolloutForecast.Hold orphaned = forecast.orphaned();
        return Stream.concat(
                        Stream.ofNullable(orphaned).map(each -> each.reason() + ": " + each.message()),
                        outlooks.notes().stream())
                .toList();
    }

    private RolloutPlan.@Nullable Flag flag(List<Candidate> candidates, LiveRollout planned) {
        String key = planned.gated().flag();
        return key == null
                ? null
                : new RolloutPlan.Flag(
                        key,
                        count(candidates, PassageDecision.Flag.ON),
                        count(candidates, PassageDecision.Flag.OFF),
                        count(candidates, PassageDecision.Flag.UNREACHABLE),
                        (int) candidates.stream()
                                .filter(each ->
                                        each.flagOff() && situation.gates().has(planned, each.device()))
                                .count(),
                        candidates.stream()
                                .filter(each -> each.passage().flag() == PassageDecision.Flag.UNREACHABLE)
                                .map(each -> situation.gates().problem(key, each.device()))
                                .findFirst()
                                .orElse(""));
    }

    private static int count(List<Candidate> candidates, PassageDecision.Flag flag) {
        return (int) candidates.stream()
                .filter(each -> each.passage().flag() == flag)
                .count();
    }

    private RolloutPlan.@Nullable Windows windows(List<Candidate> candidates) {
        if (request.spec().maintenanceWindows().isEmpty()) {
            return null;
        }
        List<Candidate> waiting =
                candidates.stream().filter(each -> !each.admitted()).toList();
        int inside = (int) waiting.stream().filter(Candidate::windowOpen).count();
        return new RolloutPlan.Windows(inside, waiting.size() - inside);
    }

    private RolloutPlan.Devices devices(List<Candidate> candidates, BundleContent content) {
        return new RolloutPlan.Devices(
                (int) situation
                        .fleet()
                        .devices()
                        .filter(FleetDevice::addressable)
                        .count(),
                candidates.size(),
                (int) candidates.stream().filter(each -> !each.online()).count(),
                (int) candidates.stream().filter(Candidate::admitted).count(),
                (int) candidates.stream()
                        .filter(each -> hasIt(each.device().known(), content))
                        .count());
    }

    private static boolean hasIt(@Nullable KnownDevice known, BundleContent content) {
        KnownDevice.Line line = known == null ? null : known.line(content.policy());
        return line != null
                && line.state() == PolicyReported.State.Applied
                && line.ref().digest().equals(content.digest());
    }
}
