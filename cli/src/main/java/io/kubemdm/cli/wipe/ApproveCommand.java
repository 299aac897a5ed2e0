package io.kubemdm.cli.wipe;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.change.ApproveBundleCommand;
import io.kubemdm.cli.change.ApproveRolloutCommand;
import io.kubemdm.cli.change.Deciding;
import io.kubemdm.cli.cluster.Me;
import io.kubemdm.cli.signing.SshSigning;
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
import java.util.Objects;
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

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description = "Sign with this SSH key, for devices that demand their approvers' signatures; a public key's "
                    + "file when the key is in ssh-agent or on a FIDO2 token. Uses ssh-keygen.")
    private @Nullable Path key;

    @Mixin
    private Deciding deciding = new Deciding();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (wipe.isEmpty()) {
            throw new CliFailure(ExitCode.USAGE, "name a WipeRequest, or say bundle NAME or rollout NAME");
        }
        try (KubernetesClient client = deciding.connect()) {
            WipeRequest request = deciding.find(client, WipeRequest.class, wipe);
            String me = Me.name(client);
            check(request, me);
            PrintWriter err = spec.commandLine().getErr();
            deciding.ask(me, err, () -> {
                WipeResult.of(request).tell(err);
                if (signs()) {
                    err.println("You sign: " + new String(statement(request).canonical(), StandardCharsets.UTF_8));
                }
            });
            WipeApproval created = deciding.create(client, approval(request, me), request);
            String by = Objects.requireNonNullElse(created.getSpec().approvedBy(), me);
            Decision decision = created.getSpec().decision();
            deciding.tell(
                    spec.commandLine().getOut(),
                    created,
                    new Decided(
                            request.getMetadata().getNamespace(),
                            created.getMetadata().getName(),
                            wipe,
                            request.getMetadata().getUid(),
                            decision,
                            by),
                    decision + " of " + wipe + " by " + by);
            return ExitCode.OK.number();
        }
    }

    private boolean signs() {
        return key != null && deciding.decision() == Decision.Approve;
    }

    private void check(WipeRequest request, String me) {
        WipePhase phase = WipeResult.phase(request);
        if (phase != null && phase.terminal()) {
            throw new CliFailure(
                    ExitCode.CONFLICT, "WipeRequest " + wipe + " is " + phase + ": there is nothing left to decide");
        }
        deciding.forbidOwn(me, request.getSpec().requestedBy(), "asked for " + wipe);
    }

    private WipeApproval approval(WipeRequest request, String me) {
        WipeApproval approval = new WipeApproval();
        approval.setSpec(WipeApprovalSpecBuilder.builder()
                .wipeRef(
                        new WipeApprovalSpec.WipeRef(wipe, request.getMetadata().getUid()))
                .approvedBy(me)
                .decision(deciding.decision())
                .comment(deciding.comment())
                .signature(
                        key != null && signs()
                                ? SshSigning.sign(
                                        key,
                                        WipeStatement.NAMESPACE,
                                        statement(request).canonical())
                                : null)
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
