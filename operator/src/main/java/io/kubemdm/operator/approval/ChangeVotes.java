package io.kubemdm.operator.approval;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.watch.Copy;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts on what the API server itself has: an informer may be late, and what devices have taken cannot be unsent. */
public final class ChangeVotes {

    private final KubernetesClient client;
    private final Copy<ChangeApproval> approvals;

    public ChangeVotes(KubernetesClient client, Copy<ChangeApproval> approvals) {
        this.client = client;
        this.approvals = approvals;
    }

    /** Asks the API server who agrees to an object as it is here. */
    public ChangeDecision count(HasMetadata target, int required) {
        ChangeDecision.Target named = target(target);
        List<ChangeDecision.Vote> votes = client
                .resources(ChangeApproval.class)
                .inNamespace(target.getMetadata().getNamespace())
                .withField("spec.targetRef.uid", named.uid())
                .list()
                .getItems()
                .stream()
                .map(each -> new ChangeDecision.Vote(each.getMetadata().getName(), each.getSpec()))
                .toList();
        return ChangeDecision.count(named, required, votes);
    }

    /** Whether anybody has said anything about an object; from the informer. */
    public boolean seen(HasMetadata target) {
        String uid = target.getMetadata().getUid();
        return approvals
                .in(target.getMetadata().getNamespace())
                .anyMatch(each -> each.getSpec().targetRef().uid().equals(uid));
    }

    static ChangeDecision.Target target(HasMetadata object) {
        boolean rollout = object instanceof Rollout;
        return new ChangeDecision.Target(
                rollout ? TargetKind.Rollout : TargetKind.PolicyBundle,
                object.getMetadata().getName(),
                object.getMetadata().getUid(),
                rollout ? object.getMetadata().getGeneration() : null,
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.<String, String>of())
                        .get(Api.REQUESTED_BY));
    }
}
