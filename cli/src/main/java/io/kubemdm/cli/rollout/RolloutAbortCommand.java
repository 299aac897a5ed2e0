package io.kubemdm.cli.rollout;

import io.kubemdm.crds.rollout.RolloutPhase;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm rollout abort}. */
@Command(
        name = "abort",
        description = {
            "Stop a rollout that is under way and take its bundle back from every device.",
            "",
            "The kill switch, spec.enabled: false. Says what the devices get instead and asks you."
        },
        footer = {"", "Example:", "  kubemdm rollout abort base-1.4.0 -n acme"})
public final class RolloutAbortCommand implements Callable<Integer> {

    @Mixin
    private Change change = new Change();

    @Mixin
    private Asking asking = new Asking();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        return TakeBack.run(change, asking, spec, RolloutAbortCommand::refusal, name -> "Abort Rollout " + name + "?");
    }

    /** Why it cannot be aborted, null when it can. */
    static @Nullable String refusal(RolloutState state) {
        if (!state.enabled()) {
            return "it is switched off already";
        }
        return state.phase() == RolloutPhase.Completed
                ? "it is over; to take it back: kubemdm rollout undo " + state.name()
                : null;
    }
}
