package io.kubemdm.operator.plan;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.rollout.RolloutForecast.Opened;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.plan.RolloutPlan.Gated;
import io.kubemdm.protocol.plan.RolloutPlan.Hold;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The steps of a plan: whom each adds, and what it waits for. */
final class Steps {

    private final PlanRequest request;
    private final List<Opened> opened;
    private final List<Candidate> candidates;
    private final Outlooks outlooks;

    Steps(PlanRequest request, List<Opened> opened, List<Candidate> candidates, Outlooks outlooks) {
        this.request = request;
        this.opened = opened;
        this.candidates = candidates;
        this.outlooks = outlooks;
    }

    /** @param problem why the flag says nothing of some, empty when it says something of all */
    List<RolloutPlan.Step> list(String problem) {
        List<RolloutPlan.Step> steps = new ArrayList<>();
        int admitted = count(candidates, Candidate::admitted);
        for (int index = 0; index < request.spec().steps().size(); index++) {
            int step = index;
            List<Candidate> added = candidates.stream()
                    .filter(each -> each.step() == step && !each.admitted())
                    .toList();
            admitted += added.size();
            Gated gated = gated(added);
            steps.add(new RolloutPlan.Step(
                    request.spec().steps().get(index).name(),
                    admitted,
                    added.size(),
                    count(added, each -> !each.online()),
                    count(added, each -> each.winner() != null && !each.flagOff()),
                    gated,
                    count(added, outlooks::isNewlyNonCompliant),
                    opened.get(index).after().toSeconds(),
                    holds(index, gated, problem),
                    Candidate.names(added, request.names())));
        }
        return steps;
    }

    private Gated gated(List<Candidate> added) {
        boolean windows = !request.spec().maintenanceWindows().isEmpty();
        int inside = windows ? count(added, Candidate::windowOpen) : 0;
        return new Gated(
                count(added, Candidate::flagOff),
                count(added, Candidate::flagUnreachable),
                inside,
                windows ? added.size() - inside : 0);
    }

    private static int count(List<Candidate> candidates, Predicate<Candidate> which) {
        return (int) candidates.stream().filter(which).count();
    }

    private List<Hold> holds(int index, Gated gated, String problem) {
        RolloutSpec spec = request.spec();
        List<Hold> waits = new ArrayList<>();
        if (gated.unreachable() > 0) {
            waits.add(new Hold(
                    "FeatureFlagUnreachable",
                    "Of " + gated.unreachable() + " devices the flag says nothing: " + problem));
        }
        if (opened.get(index).windows() != null) {
            waits.add(new Hold(
                    opened.get(index).windows().reason(),
                    opened.get(index).windows().message()));
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
