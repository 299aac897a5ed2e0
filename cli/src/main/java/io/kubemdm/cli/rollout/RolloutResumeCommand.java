package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.rollout.Rollout;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm rollout resume}. */
@Command(
        name = "resume",
        description = {
            "Let a paused rollout go on.",
            "",
            "One that failed and stopped by itself does not go on: make another one of a better bundle."
        },
        footer = {"", "Example:", "  kubemdm rollout resume base-1.4.0 -n acme"})
public final class RolloutResumeCommand implements Callable<Integer> {

    @Mixin
    private Change change = new Change();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try (KubernetesClient client = change.connect()) {
            Rollout rollout = change.find(client);
            RolloutState state = RolloutState.of(rollout);
            if (!state.paused()) {
                throw Change.conflict(
                        state,
                        state.halted()
                                ? "it failed and stopped, nobody paused it; make another Rollout, or abort this one"
                                : "nobody paused it");
            }
            return change.set(
                    client,
                    rollout,
                    "paused",
                    false,
                    spec.commandLine().getOut(),
                    "goes on at step " + state.stepText());
        }
    }
}
