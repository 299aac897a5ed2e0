package io.kubemdm.cli.change;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm approve rollout}. */
@Command(
        name = "rollout",
        description = {
            "Approve or reject a Rollout that would reach many devices at once.",
            "",
            "Shows it and asks you. The approval is for the Rollout as it is now: an edit asks anew."
        },
        footer = {"", "Example:", "  kubemdm approve rollout base-1.4.0 -n acme"})
public final class ApproveRolloutCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "Name of the Rollout.")
    private String name = "";

    @Mixin
    private Deciding deciding = new Deciding();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try (KubernetesClient client = deciding.connect()) {
            Rollout rollout = deciding.find(client, Rollout.class, name);
            PrintWriter err = spec.commandLine().getErr();
            ChangeAnswer answer = new ChangeAnswer(deciding, client, rollout);
            answer.ask(err, () -> tell(rollout.getStatus(), err));
            TargetRef target = new TargetRef(
                    TargetKind.Rollout,
                    name,
                    rollout.getMetadata().getUid(),
                    rollout.getMetadata().getGeneration());
            answer.give(target, null, null, spec.commandLine().getOut());
            return ExitCode.OK.number();
        }
    }

    private static void tell(@Nullable RolloutStatus status, PrintWriter err) {
        if (status != null) {
            status.conditions().stream()
                    .filter(condition -> condition.type().equals("Progressing"))
                    .forEach(condition -> err.println("status: " + condition.reason() + ": " + condition.message()));
        }
    }
}
