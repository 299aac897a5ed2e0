package io.kubemdm.operator.approval;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.Condition;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells an approver what became of the approval, and makes what it is about be looked at again. It counts nothing that
 * matters: that one's own reconciler counts, on what the API server has. The SDK takes the first type argument of a subclass
 * for the resource.
 *
 * @param <A> the kind of approval
 * @param <S> its status
 */
@Ignore // of no kind by itself
public abstract class ApprovalReconciler<A extends CustomResource<?, S>, S> implements Reconciler<A> {

    /** What each kind works with. */
    public record Parts<A extends HasMetadata>(StatusWriter statuses, Copy<A> approvals, Bell<A> bell, Gate gate) {}

    private final Parts<A> parts;

    protected ApprovalReconciler(Parts<A> parts) {
        this.parts = parts;
    }

    /** What it is about, null when there is no such object. */
    protected abstract @Nullable HasMetadata target(A approval);

    /** Whether it names the object. */
    protected abstract boolean names(A approval, HasMetadata target);

    /** What was told so far. */
    protected abstract List<Condition> conditions(A approval);

    /** What is to be told now. */
    protected abstract Told told(@Nullable HasMetadata target, A approval, List<Condition> before);

    /** That as a status. */
    protected abstract S status(A approval, List<Condition> conditions);

    /** Makes what it is about be looked at again. */
    protected abstract void ring(A approval);

    @Override
    public final List<EventSource<?, A>> prepareEventSources(EventSourceContext<A> context) {
        return List.of(parts.bell());
    }

    @Override
    public final UpdateControl<A> reconcile(A approval, Context<A> context) {
        parts.gate().pass();
        HasMetadata target = target(approval);
        List<Condition> before = conditions(approval);
        if (!Told.isDue(target, before)) {
            return UpdateControl.noUpdate();
        }
        Told told = told(target, approval, before);
        parts.statuses().write(approval, status(approval, told.conditions(approval, before)));
        if (before.isEmpty() || told.counted() != Told.wasCounted(before)) {
            ring(approval);
        }
        return UpdateControl.noUpdate();
    }

    /** An object has come, or come anew, about which somebody may have said something before. */
    public final void came(HasMetadata target) {
        parts.approvals()
                .in(target.getMetadata().getNamespace())
                .filter(each -> names(each, target))
                .forEach(each -> parts.bell()
                        .ring(
                                each.getMetadata().getNamespace(),
                                each.getMetadata().getName()));
    }
}
