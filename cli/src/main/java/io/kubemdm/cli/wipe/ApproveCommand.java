package io.kubemdm.cli.wipe;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.cluster.Me;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Question;
import io.kubemdm.crds.wipeapproval.Decision;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpec;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpecBuilder;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm approve}. */
@Command(
        name = "approve",
        description = {
            "Approve or reject a WipeRequest that somebody else has made.",
            "",
            "Shows what is asked and asks you. The approval carries the request's uid: it counts for this request and "
                    + "for no other of the same name. It cannot be taken back."
        },
        footer = {"", "Example:", "  kubemdm approve lock-x7k2p -n acme --comment 'seen the police report'"})
public final class ApproveCommand implements Callable<Integer> {

    /** What was decided. */
    record Decided(String namespace, String name, String wipe, String wipeUid, Decision decision, String by) {}

    @Parameters(paramLabel = "WIPE", description = "Name of the WipeRequest.")
    private String wipe = "";

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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try (KubernetesClient client = cluster.connect()) {
            String namespace = cluster.namespace(client);
            WipeRequest request = client.resources(WipeRequest.class)
                    .inNamespace(namespace)
                    .withName(wipe)
                    .get();
            if (request == null) {
                throw new CliFailure(ExitCode.NOT_FOUND, "namespace " + namespace + " has no WipeRequest " + wipe);
            }
            String me = Me.name(client);
            check(request, me);
            PrintWriter err = spec.commandLine().getErr();
            if (!yes) {
                WipeResult.of(request).tell(err);
                if (!Question.agreed(err, (reject ? "Reject" : "Approve") + " this as " + me + "?")) {
                    throw new CliFailure(ExitCode.FAILED, "nothing was decided");
                }
            }
            WipeApproval created = client.resource(approval(request, me)).create();
            Decided decided = new Decided(
                    namespace,
                    created.getMetadata().getName(),
                    wipe,
                    request.getMetadata().getUid(),
                    created.getSpec().decision(),
                    created.getSpec().approvedBy() == null
                            ? me
                            : created.getSpec().approvedBy());
            output.print(
                    spec.commandLine().getOut(),
                    decided,
                    List.of("wipeapproval.kubemdm.io/" + decided.name()),
                    out -> out.println("WipeApproval " + decided.name() + ": " + decided.decision() + " of "
                            + decided.wipe() + " by " + decided.by()));
            return 0;
        }
    }

    private void check(WipeRequest request, String me) {
        WipePhase phase = WipeResult.phase(request);
        if (phase != null && phase.terminal()) {
            throw new CliFailure(
                    ExitCode.CONFLICT, "WipeRequest " + wipe + " is " + phase + ": there is nothing left to decide");
        }
        if (!reject && me.equals(request.getSpec().requestedBy())) {
            throw new CliFailure(
                    ExitCode.FORBIDDEN,
                    "you, " + me + ", asked for " + wipe + " yourself: somebody else must approve it");
        }
    }

    private WipeApproval approval(WipeRequest request, String me) {
        WipeApproval approval = new WipeApproval();
        approval.setMetadata(new ObjectMetaBuilder()
                .withNamespace(request.getMetadata().getNamespace())
                .withGenerateName(wipe + "-")
                .build());
        approval.setSpec(WipeApprovalSpecBuilder.builder()
                .wipeRef(
                        new WipeApprovalSpec.WipeRef(wipe, request.getMetadata().getUid()))
                .approvedBy(me)
                .decision(reject ? Decision.Reject : Decision.Approve)
                .comment(comment)
                .build());
        return approval;
    }
}
