package io.kubemdm.operator.wiperequest;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalStatusBuilder;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import java.time.Instant;
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
        boolean told = approval.getStatus() != null
                && approval.getMetadata()
                        .getGeneration()
                        .equals(approval.getStatus().observedGeneration());
        if (!told) {
            parts.wipeBell().ring(namespace, name);
        }
        if (request == null && told) {
            return UpdateControl.noUpdate(); // what was said of a request that is gone stays
        }
        Verdict verdict = verdict(request, approval);
        parts.statuses()
                .write(
                        approval,
                        WipeApprovalStatusBuilder.builder()
                                .observedGeneration(approval.getMetadata().getGeneration())
                                .conditions(new Conditions(
                                                approval.getStatus() == null
                                                        ? List.of()
                                                        : approval.getStatus().conditions(),
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
        return UpdateControl.noUpdate();
    }

    private record Verdict(boolean counted, String reason, String message) {}

    private static Verdict verdict(@Nullable WipeRequest request, WipeApproval approval) {
        if (request == null) {
            return new Verdict(
                    false, "RequestUnknown", "There is no WipeRequest of this name: correct spec.wipeRef.name.");
        }
        var worth =
                ApprovalDecision.worth(request.getSpec(), request.getMetadata().getUid(), approval.getSpec());
        return switch (worth) {
            case Counted -> new Verdict(true, "Counted", "It counts, unless the request had been decided before.");
            case OtherRequest ->
                new Verdict(
                        false,
                        worth.name(),
                        "spec.wipeRef.uid is not the uid of the WipeRequest of this name: approve the one that is there.");
            case RequesterApproves ->
                new Verdict(false, worth.name(), "Whoever asked cannot approve: another person has to.");
            case ApproverUnknown ->
                new Verdict(false, worth.name(), "spec.approvedBy is empty: nothing says who decided.");
            case DecisionUnknown ->
                new Verdict(
                        false, worth.name(), "spec.decision is none that this version knows: use Approve or Reject.");
        };
    }
}
