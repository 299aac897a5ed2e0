package io.kubemdm.cli.change;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.signing.SshSigning;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.protocol.approval.BundleStatement;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm approve bundle}. */
@Command(
        name = "bundle",
        description = {
            "Approve or reject a PolicyBundle with files or scripts.",
            "",
            "Shows its content and asks you. With --sign the approval goes to devices that demand their approvers' "
                    + "signatures: it is for this content, whose digest is computed here, and for --percent of the devices."
        },
        footer = {"", "Example:", "  kubemdm approve bundle base-1.4.0 -n acme --sign ~/.ssh/id_ed25519 --percent 10"})
public final class ApproveBundleCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "Name of the PolicyBundle.")
    private String name = "";

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description = "Sign with this SSH key, as 'kubemdm approve --sign' does. Uses ssh-keygen.")
    private @Nullable Path key;

    @Option(
            names = "--percent",
            paramLabel = "N",
            defaultValue = "100",
            description = "Up to which percent of the devices you sign for, 0 to 100. Default: ${DEFAULT-VALUE}.")
    private int percent;

    @Mixin
    private Deciding deciding = new Deciding();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (percent < 0 || percent > 100) {
            throw new CliFailure(ExitCode.USAGE, "--percent is 0 to 100, found " + percent);
        }
        try (KubernetesClient client = deciding.connect()) {
            PolicyBundle bundle = deciding.find(client, PolicyBundle.class, name);
            BundleStatement statement = new BundleStatement(
                    BundleContent.ofSpec(Json.mapper().valueToTree(bundle.getSpec()))
                            .digest(),
                    bundle.getMetadata().getNamespace(),
                    percent);
            boolean signs = key != null && deciding.decision() == Decision.Approve;
            TargetRef target = new TargetRef(
                    TargetKind.PolicyBundle, name, bundle.getMetadata().getUid(), null);
            PrintWriter err = spec.commandLine().getErr();
            ChangeAnswer answer = new ChangeAnswer(deciding, client, bundle);
            answer.ask(err, () -> {
                err.println("digest: " + statement.digest());
                if (signs) {
                    err.println("You sign: " + new String(statement.canonical(), StandardCharsets.UTF_8));
                }
            });
            String signature = signs && key != null
                    ? SshSigning.sign(key, BundleStatement.NAMESPACE, statement.canonical())
                    : null;
            answer.give(
                    target,
                    signature == null ? null : percent,
                    signature,
                    spec.commandLine().getOut());
            return ExitCode.OK.number();
        }
    }
}
