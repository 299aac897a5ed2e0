package io.kubemdm.cli.wipe;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.change.ApproveBundleCommand;
import io.kubemdm.cli.change.ApproveRolloutCommand;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.cluster.Me;
import io.kubemdm.cli.signing.SshSigning;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Question;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpec;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpecBuilder;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.protocol.approval.WipeStatement;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
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
            "Approve or reject a WipeRequest that somebody else has made; bundle and rollout do so for changes.",
            "",
            "Shows what is asked and asks you. The approval carries the request's uid: it counts for this request and "
                    + "for no other of the same name. It cannot be taken back."
        },
        subcommands = {ApproveBundleCommand.class, ApproveRolloutCommand.class},
        footer = {"", "Example:", "  kubemdm approve lock-x7k2p -n acme --comment 'seen the police report'"})
public final class ApproveCommand implements Callable<Integer> {

    /** What was decided. */
    record Decided(String namespace, String name, String wipe, String wipeUid, Decision decision, String by) {}

    @Parameters(paramLabel = "WIPE", arity = "0..1", description = "Name of the WipeRequest.")
    private String wipe = "";

    @Option(names = "--reject", description = "Reject it instead.")
    private boolean reject;

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
    private @Nullable String comment;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description = {
                "Sign with this SSH key, for devices that demand their approvers' signatures; a public key's file",
                "when the key is in ssh-agent or on a FIDO2 token. Uses ssh-keygen."
            })
    private @Nullable Path key;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (wipe.isEmpty()) {
            throw new CliFailure(ExitCode.USAGE, "name a WipeRequest, or say bundle NAME or rollout NAME");
        }
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
                if (key != null && !reject) {
                    err.println("You sign: " + new String(statement(request).canonical(), StandardCharsets.UTF_8));
                }
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
                .signature(
                        key == null || reject
                                ? null
                                : SshSigning.sign(
                                        key,
                                        WipeStatement.NAMESPACE,
                                        statement(request).canonical()))
                .build());
        return approval;
    }

    private WipeStatement statement(WipeRequest request) {
        CommandType type =
                switch (request.getSpec().type()) {
                    case FullWipe -> CommandType.FullWipe;
                    case CryptoErase -> CommandType.CryptoErase;
                    default ->
                        throw new CliFailure(
                                ExitCode.USAGE,
                                "--sign is for FullWipe and CryptoErase, " + wipe + " is a "
                                        + request.getSpec().type() + ": leave it out");
                };
        if (request.getStatus() == null || request.getStatus().target() == null) {
            throw new CliFailure(
                    ExitCode.CONFLICT, "the operator has not yet bound " + wipe + " to an enrolment: try again");
        }
        return new WipeStatement(
                new DeviceId(
                        request.getMetadata().getNamespace(),
                        request.getSpec().deviceRef().name()),
                request.getStatus().target().epoch(),
                type,
                request.getMetadata().getUid(),
                request.getSpec().expiry(Instant.parse(request.getMetadata().getCreationTimestamp())));
    }
}
