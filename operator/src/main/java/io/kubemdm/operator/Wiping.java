package io.kubemdm.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.approval.ApprovalReconciler;
import io.kubemdm.operator.dispatch.CommandLanes;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Memory;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.operator.wiperequest.DeviceRequests;
import io.kubemdm.operator.wiperequest.WipeApprovalReconciler;
import io.kubemdm.operator.wiperequest.WipeRecordDecision;
import io.kubemdm.operator.wiperequest.WipeRequestReconciler;
import io.kubemdm.operator.wiperequest.WipeSettings;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** Requests for wipes and what people say about them: their copies, bells and reconcilers. */
final class Wiping {

    private final Copy<WipeRequest> wipes;
    private final Copy<WipeApproval> approvals;
    private final DeviceRequests requests = new DeviceRequests();
    private final Bell<WipeRequest> wipeBell = new Bell<>();
    private final Memory memory;
    private final WipeRequestReconciler wipeReconciler;
    private final WipeApprovalReconciler approvalReconciler;

    Wiping(
            WipeSettings settings,
            KubernetesClient client,
            Dispatcher dispatcher,
            Memory memory,
            StatusWriter statuses,
            Fleet fleet,
            Gate gate,
            CommandLanes lanes,
            Clock clock) {
        this.memory = memory;
        this.wipes = new Copy<>(clock);
        this.approvals = new Copy<>(clock);
        this.wipeReconciler = new WipeRequestReconciler(new WipeRequestReconciler.Parts(
                client,
                dispatcher,
                memory.issued(),
                memory.decisions(),
                statuses,
                fleet,
                wipes,
                approvals,
                requests,
                wipeBell,
                gate,
                settings,
                lanes,
                clock));
        this.approvalReconciler = new WipeApprovalReconciler(
                new ApprovalReconciler.Parts<>(statuses, approvals, new Bell<>(), gate), wipes, wipeBell);
    }

    /** Tells {@code forget} of objects that go, and keeps the index of requests by device. */
    void listen(Copy.Listener<HasMetadata> forget) {
        wipes.onChange((before, now) -> {
            requests.changed(before, now);
            forget.changed(before, now);
            if (now != null && (before == null || !Reconciling.sameObject(before, now))) {
                approvalReconciler.came(now);
            }
        });
        approvals.onChange(forget);
    }

    void register(Controllers controllers, Duration atLeastEvery) {
        controllers.register(wipeReconciler, wipes, atLeastEvery);
        controllers.register(approvalReconciler, approvals, atLeastEvery);
    }

    /** What is held of the two kinds. */
    Map<Class<? extends HasMetadata>, Copy<? extends HasMetadata>> copies() {
        return Map.of(WipeRequest.class, wipes, WipeApproval.class, approvals);
    }

    /** Something about the device has changed. */
    void ringAbout(DeviceId device) {
        requests.about(device).forEach(name -> wipeBell.ring(device.namespace(), name));
    }

    /** Whether a request of this name is there, or was and is on record. */
    boolean isKnown(String namespace, String name) {
        return wipes.find(namespace, name) != null
                || memory.decisions().get(DecisionKey.of(WipeRequest.class, namespace, name), WipeRecordDecision.class)
                        != null;
    }
}
