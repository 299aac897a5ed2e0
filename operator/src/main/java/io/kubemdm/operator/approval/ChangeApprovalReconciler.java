package io.kubemdm.operator.approval;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.ChangeApprovalStatusBuilder;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells an approver what became of the approval, and makes the change be looked at again. It counts nothing that matters:
 * the change's own reconciler counts, on what the API server has.
 */
@Ignore // registered by hand
@ControllerConfiguration(name = "changeapproval", generationAwareEventProcessing = false)
public final class ChangeApprovalReconciler implements Reconciler<ChangeApproval> {

    /** What it works with. */
    public record Parts(
            StatusWriter statuses,
            Copy<PolicyBundle> bundles,
            Copy<Rollout> rollouts,
            Bell<PolicyBundle> bundleBell,
            Bell<Rollout> rolloutBell,
            Bell<ChangeApproval> bell,
            Gate gate) {}

    private final Parts parts;

    public ChangeApprovalReconciler(Parts parts) {
        this.parts = parts;
    }

    @Override
    public List<EventSource<?, ChangeApproval>> prepareEventSources(EventSourceContext<ChangeApproval> context) {
        return List.of(parts.bell());
    }

    @Override
    public UpdateControl<ChangeApproval> reconcile(ChangeApproval approval, Context<ChangeApproval> context) {
        parts.gate().pass();
        if (approval.getStatus() != null && !approval.getStatus().conditions().isEmpty()) {
            return UpdateControl.noUpdate(); // what was said when it came stays
        }
        String namespace = approval.getMetadata().getNamespace();
        TargetRef about = approval.getSpec().targetRef();
        HasMetadata target =
                switch (about.kind()) {
                    case PolicyBundle -> parts.bundles().find(namespace, about.name());
                    case Rollout -> parts.rollouts().find(namespace, about.name());
                    case Unrecognised -> null;
                };
        Verdict verdict = verdict(target, approval);
        parts.statuses()
                .write(
                        approval,
                        ChangeApprovalStatusBuilder.builder()
                                .observedGeneration(approval.getMetadata().getGeneration())
                                .conditions(new Conditions(
                                                List.of(),
                                                approval.getMetadata().getGeneration())
                                        .set(
                                                "Counted",
                                                verdict.counted(),
                                                verdict.reason(),
                                                verdict.message(),
                                                Instant.parse(
                                                        approval.getMetadata().getCreationTimestamp()))
                                        .list())
                                .build());
        switch (about.kind()) {
            case PolicyBundle -> parts.bundleBell().ring(namespace, about.name());
            case Rollout -> parts.rolloutBell().ring(namespace, about.name());
            case Unrecognised -> {} // nobody to tell
        }
        return UpdateControl.noUpdate();
    }

    private record Verdict(boolean counted, String reason, String message) {}

    private static Verdict verdict(@Nullable HasMetadata target, ChangeApproval approval) {
        if (target == null) {
            return new Verdict(false, "TargetUnknown", "There is no such object: correct spec.targetRef.");
        }
        ChangeDecision.Worth worth = ChangeDecision.worth(ChangeVotes.target(target), approval.getSpec());
        return switch (worth) {
            case Counted -> new Verdict(true, "Counted", "It counts, unless the change had been decided before.");
            case OtherTarget ->
                new Verdict(
                        false,
                        worth.name(),
                        "The object of this name has another uid or generation: approve it as it is now.");
            case RequesterApproves ->
                new Verdict(false, worth.name(), "Whoever made the change cannot approve it: another person has to.");
            case ApproverUnknown ->
                new Verdict(false, worth.name(), "spec.approvedBy is empty: nothing says who decided.");
            case DecisionUnknown ->
                new Verdict(
                        false, worth.name(), "spec.decision is none that this version knows: use Approve or Reject.");
        };
    }
}
