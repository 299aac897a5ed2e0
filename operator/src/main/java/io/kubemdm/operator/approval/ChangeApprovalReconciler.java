package io.kubemdm.operator.approval;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.ChangeApprovalStatusBuilder;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
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
            Copy<ChangeApproval> approvals,
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
        String namespace = approval.getMetadata().getNamespace();
        TargetRef about = approval.getSpec().targetRef();
        HasMetadata target =
                switch (about.kind()) {
                    case PolicyBundle -> parts.bundles().find(namespace, about.name());
                    case Rollout -> parts.rollouts().find(namespace, about.name());
                    case Unrecognised -> null;
                };
        List<Condition> before =
                approval.getStatus() == null ? List.of() : approval.getStatus().conditions();
        if (!Told.isDue(target, before)) {
            return UpdateControl.noUpdate();
        }
        Told told = told(target, approval, before);
        parts.statuses()
                .write(
                        approval,
                        ChangeApprovalStatusBuilder.builder()
                                .observedGeneration(approval.getMetadata().getGeneration())
                                .conditions(told.conditions(approval, before))
                                .build());
        if (before.isEmpty() || told.counted() != Told.wasCounted(before)) {
            switch (about.kind()) {
                case PolicyBundle -> parts.bundleBell().ring(namespace, about.name());
                case Rollout -> parts.rolloutBell().ring(namespace, about.name());
                case Unrecognised -> {} // nobody to tell
            }
        }
        return UpdateControl.noUpdate();
    }

    /** An object has come, or come anew, about which somebody may have said something before. */
    public void came(HasMetadata target) {
        String name = target.getMetadata().getName();
        TargetKind kind = ChangeVotes.target(target).kind();
        parts.approvals()
                .in(target.getMetadata().getNamespace())
                .filter(each -> each.getSpec().targetRef().kind() == kind
                        && each.getSpec().targetRef().name().equals(name))
                .forEach(each -> parts.bell()
                        .ring(
                                each.getMetadata().getNamespace(),
                                each.getMetadata().getName()));
    }

    static Told told(@Nullable HasMetadata target, ChangeApproval approval, List<Condition> before) {
        if (target == null) {
            return new Told(false, "TargetUnknown", "There is no such object: correct spec.targetRef.");
        }
        ChangeDecision.Target named = ChangeVotes.target(target);
        ChangeDecision.Worth worth = ChangeDecision.worth(named, approval.getSpec());
        if (worth == ChangeDecision.Worth.OtherTarget
                && Told.wasCounted(before)
                && approval.getSpec().targetRef().uid().equals(named.uid())) {
            worth = ChangeDecision.Worth.Counted; // it did, for the generation it names
        }
        return switch (worth) {
            case Counted -> Told.counts("change");
            case OtherTarget ->
                Told.not(worth, "The object of this name has another uid or generation: approve it as it is now.");
            case RequesterApproves ->
                Told.not(worth, "Whoever made the change cannot approve it: another person has to.");
            case ApproverUnknown -> Told.approverUnknown(worth);
            case DecisionUnknown -> Told.decisionUnknown(worth);
        };
    }
}
