package io.kubemdm.cli.change;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.cli.cluster.Me;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpecBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A bundle or a rollout that is decided about, and the ChangeApproval that answers it. */
final class ChangeAnswer {

    private final Deciding deciding;
    private final KubernetesClient client;
    private final CustomResource<?, ?> about;
    private final String me;

    /** What was decided. */
    record Decided(
            String namespace,
            String name,
            String kind,
            String target,
            String targetUid,
            Decision decision,
            String by) {}

    ChangeAnswer(Deciding deciding, KubernetesClient client, CustomResource<?, ?> about) {
        this.deciding = deciding;
        this.client = client;
        this.about = about;
        this.me = Me.name(client);
    }

    /** Shows it and asks; {@code more} tells what else there is to know. */
    void ask(PrintWriter err, Runnable more) throws IOException {
        String author = Objects.requireNonNullElse(about.getMetadata().getAnnotations(), Map.<String, String>of())
                .get(Api.REQUESTED_BY);
        deciding.forbidOwn(me, author, "made " + about.getMetadata().getName());
        deciding.ask(me, err, () -> {
            err.println(about.getKind() + " " + about.getMetadata().getNamespace() + "/"
                    + about.getMetadata().getName() + " by " + author);
            err.println(Serialization.asYaml(about.getSpec()).strip());
            more.run();
        });
    }

    /** Answers, and tells so. */
    void give(TargetRef target, @Nullable Integer percent, @Nullable String signature, PrintWriter out) {
        ChangeApproval approval = new ChangeApproval();
        approval.setSpec(ChangeApprovalSpecBuilder.builder()
                .targetRef(target)
                .approvedBy(me)
                .decision(deciding.decision())
                .comment(deciding.comment())
                .percent(percent)
                .signature(signature)
                .build());
        ChangeApproval created = deciding.create(client, approval, about);
        String by = Objects.requireNonNullElse(created.getSpec().approvedBy(), me);
        Decision decision = created.getSpec().decision();
        deciding.tell(
                out,
                created,
                new Decided(
                        created.getMetadata().getNamespace(),
                        created.getMetadata().getName(),
                        target.kind().name(),
                        target.name(),
                        target.uid(),
                        decision,
                        by),
                decision + " of " + target.kind() + " " + target.name() + " by " + by);
    }
}
