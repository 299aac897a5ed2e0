package io.kubemdm.operator.plan;

import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.RolloutForecast;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.bundle.SemanticVersion;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.state.DeviceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who else wants a say on the candidates: other rollouts of the line, other lines that set the same. */
final class Conflicts {

    private final List<Candidate> candidates;
    private final BundleContent content;
    private final Situation situation;
    private final PlanRequest request;

    Conflicts(List<Candidate> candidates, BundleContent content, Situation situation, PlanRequest request) {
        this.candidates = candidates;
        this.content = content;
        this.situation = situation;
        this.request = request;
    }

    List<RolloutPlan.Conflict> list() {
        List<RolloutPlan.Conflict> found = new ArrayList<>();
        higherVersions(found);
        situation.rollouts().forEach(each -> lowerVersion(each, found));
        if (!request.spec().retire()) {
            sameSettings(found);
        }
        return found;
    }

    private void higherVersions(List<RolloutPlan.Conflict> to) {
        Map<String, List<Candidate>> kept = new TreeMap<>();
        Map<String, PolicyRef> by = new TreeMap<>();
        for (Candidate each : candidates) {
            LiveRollout winner = each.flagOff() ? null : each.winner();
            if (winner != null) {
                kept.computeIfAbsent(winner.name(), name -> new ArrayList<>()).add(each);
                by.put(winner.name(), winner.bundle());
            }
        }
        kept.forEach((name, devices) -> to.add(conflict(
                "HigherVersion",
                "Rollout " + name,
                devices,
                "keeps them at " + content.policy() + " "
                        + by.getOrDefault(name, content.ref()).version())));
    }

    /** One that is over is what this one follows; one that is under way is a surprise. */
    private void lowerVersion(Rollout rollout, List<RolloutPlan.Conflict> to) {
        ProgressDecision progress = situation.progress(rollout);
        if (progress == null
                || progress.end() != null
                || progress.withdrawn() != null
                || rollout.getMetadata().getName().equals(request.rollout())
                || !progress.bundle().ref().policy().equals(content.policy())
                || SemanticVersion.parse(progress.bundle().ref().version())
                                .compareTo(SemanticVersion.parse(content.version()))
                        >= 0) {
            return;
        }
        LiveRollout live = RolloutForecast.live(rollout, progress, null);
        List<Candidate> shared = candidates.stream()
                .filter(each ->
                        live != null && !each.flagOff() && situation.gates().grants(live, each.device()))
                .toList();
        if (!shared.isEmpty()) {
            to.add(conflict(
                    "LowerVersion",
                    "Rollout " + rollout.getMetadata().getName(),
                    shared,
                    "is under way with " + progress.bundle().ref().version()
                            + ": it loses each of them to this rollout when" + " admitted"));
        }
    }

    private void sameSettings(List<RolloutPlan.Conflict> to) {
        Map<String, List<Candidate>> holders = new TreeMap<>();
        Map<String, PolicyRef> refs = new TreeMap<>();
        for (Candidate each : candidates) {
            DeviceState state = situation.state(each.name());
            if (each.gets() && state != null && state.assigned() != null) {
                for (PolicyRef ref : state.assigned().policies()) {
                    if (!ref.policy().equals(content.policy())) {
                        refs.put(ref.digest(), ref);
                        holders.computeIfAbsent(ref.digest(), digest -> new ArrayList<>())
                                .add(each);
                    }
                }
            }
        }
        Map<String, BundleContent> contents = situation.contents(refs.keySet());
        refs.forEach((digest, ref) -> {
            BundleContent other = contents.get(digest);
            List<String> settings = other == null ? List.of() : SettingOverlap.of(content, other);
            if (other != null && !settings.isEmpty()) {
                to.add(conflict(
                        "SameSetting",
                        "line " + ref.policy() + " " + ref.version(),
                        holders.getOrDefault(digest, List.of()),
                        "sets " + SettingOverlap.message(settings, content, other)));
            }
        });
    }

    private RolloutPlan.Conflict conflict(String kind, String with, List<Candidate> devices, String message) {
        return new RolloutPlan.Conflict(kind, with, devices.size(), message, Candidate.names(devices, request.names()));
    }
}
