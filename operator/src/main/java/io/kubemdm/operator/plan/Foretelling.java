package io.kubemdm.operator.plan;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.device.GrantForecast;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.operator.policybundle.BundleForecast;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.RolloutForecast;
import io.kubemdm.operator.rollout.RolloutForecast.Opened;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.plan.RolloutPlan.Hold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one plan of one situation. */
final class Foretelling {

    private final PlanRequest request;
    private final Situation situation;
    private final ApprovalSettings approvals;
    private final Instant now;
    private final List<Hold> holds = new ArrayList<>();

    Foretelling(PlanRequest request, Situation situation, ApprovalSettings approvals, Instant now) {
        this.request = request;
        this.situation = situation;
        this.approvals = approvals;
        this.now = now;
    }

    RolloutPlan plan() {
        Rollout existing = situation.rollout(request.rollout());
        ProgressDecision progress = existing == null ? null : situation.progress(existing);
        BundleForecast bundle = bundle();
        BundleContent content = content(bundle, progress);
        RolloutForecast forecast = RolloutForecast.of(
                rollout(existing), progress, published(content, bundle), situation.fleet(), approvals, now);
        if (forecast.hold() != null) {
            holds.add(new Hold(forecast.hold().reason(), forecast.hold().message()));
        }
        LiveRollout begun =
                existing == null ? null : RolloutForecast.live(existing, progress, published(content, bundle));
        List<Candidate> candidates = candidates(forecast.steps(), progress == null ? null : begun);
        Outlooks outlooks = Outlooks.of(candidates, content, request.spec().retire(), situation, now);
        return new RolloutPlan(
                now,
                request.namespace(),
                request.rollout(),
                request.spec().bundleRef().name(),
                content.ref(),
                request.spec().retire(),
                holds,
                devices(candidates, content),
                steps(forecast.steps(), candidates, outlooks),
                outlooks.compliance(request.names()),
                outlooks.actions(request.names()),
                new Conflicts(candidates, content, situation, request).list(),
                outlooks.notes());
    }

    private BundleForecast bundle() {
        String name = request.spec().bundleRef().name();
        PolicyBundle object = situation.bundle(name);
        PolicyBundleSpec spec = request.bundle() != null || object == null ? request.bundle() : object.getSpec();
        if (spec == null) {
            throw Refused.parameter(
                    "rollout.spec.bundleRef.name",
                    "namespace " + request.namespace() + " has no PolicyBundle " + name + ": send it as bundle");
        }
        BundleForecast forecast = BundleForecast.of(
                name,
                object == null ? null : object.getMetadata().getUid(),
                spec,
                situation.decisions().in(request.namespace(), PublishedBundle.class),
                approvals.bundles());
        if (forecast.content() == null) {
            throw Refused.parameter("bundle.spec", forecast.reason() + ": " + forecast.message());
        }
        if (!forecast.published()) {
            holds.add(new Hold(forecast.reason(), "PolicyBundle " + name + ": " + forecast.message()));
        }
        return forecast;
    }

    /** What devices would be given: a rollout that has begun keeps to what it began with. */
    private BundleContent content(BundleForecast bundle, @Nullable ProgressDecision progress) {
        BundleContent asked = Objects.requireNonNull(bundle.content());
        if (progress == null || progress.bundle().ref().digest().equals(asked.digest())) {
            return asked;
        }
        String frozen = progress.bundle().ref().digest();
        BundleContent kept = situation.contents(Set.of(frozen)).get(frozen);
        return kept == null ? asked : kept;
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

    private PublishedBundle published(BundleContent content, BundleForecast bundle) {
        return new PublishedBundle(
                "",
                content.ref(),
                Objects.requireNonNullElse(content.platforms(), List.of()),
                bundle.heartbeatSeconds(),
                "",
                now,
                null);
    }

    /** Every device it would admit or has admitted, in the order in which it does. */
    private List<Candidate> candidates(List<Opened> steps, @Nullable LiveRollout begun) {
        LiveRollout end = steps.getLast().live();
        String digest = end.bundle().digest();
        List<Candidate> candidates = new ArrayList<>();
        situation
                .fleet()
                .devices()
                .filter(device -> device.addressable() && end.selects(device.platform(), device.labels()))
                .forEach(device -> {
                    String place = AdmissionOrder.place(device.id().name(), digest);
                    int step = 0;
                    while (step < steps.size() && !steps.get(step).live().admits(place, device.labels())) {
                        step++;
                    }
                    LiveRollout winner = GrantForecast.winner(
                            end.bundle().policy(),
                            situation.fleet().verdict(device).admitting());
                    candidates.add(new Candidate(
                            device,
                            place,
                            step,
                            begun != null && begun.admits(place, device.labels()),
                            winner == null || winner.bundle().equals(end.bundle()) ? null : winner));
                });
        candidates.sort(Comparator.comparing(Candidate::place));
        return candidates;
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

    private List<RolloutPlan.Step> steps(List<Opened> opened, List<Candidate> candidates, Outlooks outlooks) {
        RolloutSpec spec = request.spec();
        List<RolloutPlan.Step> steps = new ArrayList<>();
        int admitted = (int) candidates.stream().filter(Candidate::admitted).count();
        for (int index = 0; index < spec.steps().size(); index++) {
            int step = index;
            List<Candidate> added = candidates.stream()
                    .filter(each -> each.step() == step && !each.admitted())
                    .toList();
            admitted += added.size();
            steps.add(new RolloutPlan.Step(
                    spec.steps().get(index).name(),
                    admitted,
                    added.size(),
                    (int) added.stream().filter(each -> !each.online()).count(),
                    (int) added.stream().filter(each -> each.winner() != null).count(),
                    (int) added.stream().filter(outlooks::isNewlyNonCompliant).count(),
                    opened.get(index).after().toSeconds(),
                    holds(spec, index),
                    Candidate.names(added, request.names())));
        }
        return steps;
    }

    private List<Hold> holds(RolloutSpec spec, int index) {
        List<Hold> waits = new ArrayList<>();
        if (index == 0 && spec.featureFlag() != null) {
            waits.add(new Hold(
                    "FeatureFlag", "the flag " + spec.featureFlag().key() + " is on; what it says was not asked"));
        }
        if (!spec.maintenanceWindows().isEmpty()) {
            waits.add(new Hold("WindowShut", "for each device until one of its maintenance windows is open"));
        }
        if (index > 0 && !spec.steps().get(index - 1).analysis().isEmpty()) {
            waits.add(new Hold(
                    "Analysis",
                    "after a good "
                            + String.join(", ", spec.steps().get(index - 1).analysis())));
        }
        if (spec.steps().get(index).approval() == Approval.Manual) {
            waits.add(
                    new Hold("AwaitingApproval", "a person approves it: kubemdm rollout approve " + request.rollout()));
        }
        return waits;
    }
}
