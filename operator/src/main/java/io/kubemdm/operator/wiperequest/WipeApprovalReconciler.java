package io.kubemdm.operator.wiperequest;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalStatusBuilder;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.approval.Told;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells an approver what became of the approval, and makes the request be looked at again. It counts nothing that matters:
 * the request's own reconciler counts, on what the API server has.
 */
@Ignore // registered by hand
@ControllerConfiguration(name = "wipeapproval", generationAwareEventProcessing = false)
public final class WipeApprovalReconciler implements Reconciler<WipeApproval> {

    /** What it works with. */
    public record Parts(
            StatusWriter statuses,
            Copy<WipeRequest> wipes,
            Copy<WipeApproval> approvals,
            Bell<WipeRequest> wipeBell,
            Bell<WipeApproval> bell,
            Gate gate) {}

    private final Parts parts;

    public WipeApprovalReconciler(Parts parts) {
        this.parts = parts;
    }

    @Override
    public List<EventSource<?, WipeApproval>> prepareEventSources(EventSourceContext<WipeApproval> context) {
        return List.of(parts.bell());
    }

    @Override
    public UpdateControl<WipeApproval> reconcile(WipeApproval approval, Context<WipeApproval> context) {
        parts.gate().pass();
        String namespace = approval.getMetadata().getNamespace();
        String name = approval.getSpec().wipeRef().name();
        WipeRequest request = parts.wipes().find(namespace, name);
        List<Condition> before =
                approval.getStatus() == null ? List.of() : approval.getStatus().conditions();
        if (!Told.isDue(request, before)) {
            return UpdateControl.noUpdate();
        }
        Told told = told(request, approval);
        parts.statuses()
                .write(
                        approval,
                        WipeApprovalStatusBuilder.builder()
                                .observedGeneration(approval.getMetadata().getGeneration())
                                .conditions(told.conditions(approval, before))
                                .build());
        if (before.isEmpty() || told.counted() != Told.wasCounted(before)) {
            parts.wipeBell().ring(namespace, name);
        }
        return UpdateControl.noUpdate();
    }

    /** A request has come, or come anew, about which somebody may have said something before. */
    public void came(WipeRequest request) {
        String name = request.getMetadata().getName();
        parts.approvals()
                .in(request.getMetadata().getNamespace())
                .filter(each -> each.getSpec().wipeRef().name().equals(name))
                .forEach(each -> parts.bell()
                        .ring(
                                each.getMetadata().getNamespace(),
                                each.getMetadata().getName()));
    }

    private static Told told(@Nullable WipeRequest request, WipeApproval approval) {
        if (request == null) {
            return new Told(
                    false, "RequestUnknown", "There is no WipeRequest of this name: correct spec.wipeRef.name.");
        }
        var worth =
                ApprovalDecision.worth(request.getSpec(), request.getMetadata().getUid(), approval.getSpec());
        return switch (worth) {
            case Counted -> Told.counts("request");
            case OtherRequest ->
                Told.not(
                        worth,
                        "spec.wipeRef.uid is not the uid of the WipeRequest of this name: approve the one that is there.");
            case RequesterApproves -> Told.not(worth, "Whoever asked cannot approve: another person has to.");
            case ApproverUnknown -> Told.approverUnknown(worth);
            case DecisionUnknown -> Told.decisionUnknown(worth);
        };
    }
}
