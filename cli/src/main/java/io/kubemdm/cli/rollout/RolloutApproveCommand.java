package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.Step;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm rollout approve}. */
@Command(
        name = "approve",
        description = {
            "Let a rollout open the step that waits for a person.",
            "",
            "Shows how the steps before went and asks you. A rollout that waits for people other than its author is "
                    + "another matter: 'kubemdm approve rollout'."
        },
        footer = {"", "Example:", "  kubemdm rollout approve base-1.4.0 -n acme"})
public final class RolloutApproveCommand implements Callable<Integer> {

    @Mixin
    private Change change = new Change();

    @Mixin
    private Asking asking = new Asking();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try (KubernetesClient client = change.connect()) {
            Rollout rollout = change.find(client);
            RolloutState state = RolloutState.of(rollout);
            String step = state.waiting();
            if (step == null) {
                throw Change.conflict(state, refusal(state));
            }
            PrintWriter err = spec.commandLine().getErr();
            asking.ask(err, question(state, step));
            return change.set(
                    client,
                    rollout,
                    "approvedStep",
                    step,
                    spec.commandLine().getOut(),
                    "step " + step + " is approved");
        }
    }

    /** Why there is nothing to approve. */
    static String refusal(RolloutState state) {
        return state.phase() == RolloutPhase.AwaitingApproval
                ? "it waits for people other than its author: kubemdm approve rollout " + state.name() + ". "
                        + state.message()
                : "no step waits for a person. " + state.message();
    }

    /** What is asked. */
    static String question(RolloutState state, String name) {
        Step step = state.steps().get(state.step() + 1);
        return state.counts().succeeded() + " of " + state.counts().admitted() + " admitted devices succeeded, "
                + state.bad() + " failed, " + state.counts().offline() + " are offline. Open step " + name + " ("
                + (step.percent() == null ? "by its selector" : step.percent() + " %") + " of "
                + state.counts().eligible() + " devices)?";
    }
}
