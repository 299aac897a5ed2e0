package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.rollout.Rollout;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm rollout pause}. */
@Command(
        name = "pause",
        description = "Hold a rollout where it is: no further device is admitted, none is taken back.",
        footer = {"", "Example:", "  kubemdm rollout pause base-1.4.0 -n acme"})
public final class RolloutPauseCommand implements Callable<Integer> {

    @Mixin
    private Change change = new Change();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try (KubernetesClient client = change.connect()) {
            Rollout rollout = change.find(client);
            RolloutState state = RolloutState.of(rollout);
            if (state.ended()) {
                throw Change.conflict(state, "there is nothing left to hold");
            }
            return change.set(
                    client, rollout, "paused", true, spec.commandLine().getOut(), "paused at step " + state.stepText());
        }
    }
}
