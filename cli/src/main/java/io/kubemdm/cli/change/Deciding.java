package io.kubemdm.cli.change;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.cluster.Me;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Question;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpecBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What deciding about a bundle and about a rollout have in common: options, question, ChangeApproval. */
public final class Deciding {

    @Option(names = "--reject", description = "Reject it instead.")
    private boolean reject;

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
    private @Nullable String comment;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    /** What was decided. */
    record Decided(
            String namespace,
            String name,
            String kind,
            String target,
            String targetUid,
            Decision decision,
            String by) {}

    KubernetesClient connect() {
        return cluster.connect();
    }

    boolean approves() {
        return !reject;
    }

    <T extends HasMetadata> T find(KubernetesClient client, Class<T> kind, String name) {
        String namespace = cluster.namespace(client);
        T found = client.resources(kind).inNamespace(namespace).withName(name).get();
        if (found == null) {
            throw new CliFailure(
                    ExitCode.NOT_FOUND, "namespace " + namespace + " has no " + kind.getSimpleName() + " " + name);
        }
        return found;
    }

    /** Shows it and asks; {@code more} tells what else there is to know. */
    void ask(KubernetesClient client, CustomResource<?, ?> target, PrintWriter err, Runnable more) throws IOException {
        String me = Me.name(client);
        String author = Objects.requireNonNullElse(target.getMetadata().getAnnotations(), Map.<String, String>of())
                .get(Api.REQUESTED_BY);
        if (!reject && me.equals(author)) {
            throw new CliFailure(
                    ExitCode.FORBIDDEN,
                    "you, " + me + ", made " + target.getMetadata().getName()
                            + " yourself: somebody else must approve it");
        }
        if (yes) {
            return;
        }
        err.println(target.getKind() + " " + target.getMetadata().getNamespace() + "/"
                + target.getMetadata().getName() + " by " + author);
        err.println(Serialization.asYaml(target.getSpec()).strip());
        more.run();
        if (!Question.agreed(err, (reject ? "Reject" : "Approve") + " this as " + me + "?")) {
            throw new CliFailure(ExitCode.FAILED, "nothing was decided");
        }
    }

    int decide(
            KubernetesClient client,
            String namespace,
            TargetRef target,
            @Nullable Integer percent,
            @Nullable String signature,
            PrintWriter out) {
        String me = Me.name(client);
        ChangeApproval approval = new ChangeApproval();
        approval.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withGenerateName(target.name() + "-")
                .build());
        approval.setSpec(ChangeApprovalSpecBuilder.builder()
                .targetRef(target)
                .approvedBy(me)
                .decision(reject ? Decision.Reject : Decision.Approve)
                .comment(comment)
                .percent(percent)
                .signature(signature)
                .build());
        ChangeApproval created = client.resource(approval).create();
        Decided decided = new Decided(
                namespace,
                created.getMetadata().getName(),
                target.kind().name(),
                target.name(),
                target.uid(),
                created.getSpec().decision(),
                created.getSpec().approvedBy() == null ? me : created.getSpec().approvedBy());
        output.print(
                out,
                decided,
                List.of("changeapproval.kubemdm.io/" + decided.name()),
                to -> to.println("ChangeApproval " + decided.name() + ": " + decided.decision() + " of "
                        + decided.kind() + " " + decided.target() + " by " + decided.by()));
        return ExitCode.OK.number();
    }
}
