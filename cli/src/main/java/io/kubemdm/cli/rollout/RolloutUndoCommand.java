package io.kubemdm.cli.rollout;

import io.kubemdm.crds.rollout.RolloutPhase;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm rollout undo}. */
@Command(
        name = "undo",
        description = {
            "Take a completed rollout's bundle back from every device, all at once.",
            "",
            "Switches it off, spec.enabled: false: each device gets back what it would have without this Rollout, by "
                    + "another Rollout of the line or as it had before. Says what that is and asks you."
        },
        footer = {"", "Example:", "  kubemdm rollout undo base-1.4.0 -n acme"})
public final class RolloutUndoCommand implements Callable<Integer> {

    @Mixin
    private Change change = new Change();

    @Mixin
    private Asking asking = new Asking();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        return TakeBack.run(
                change,
                asking,
                spec,
                RolloutUndoCommand::refusal,
                name -> "Undo Rollout " + name + " on every device?");
    }

    /** Why it cannot be undone, null when it can. */
    static @Nullable String refusal(RolloutState state) {
        if (!state.enabled()) {
            return "it is switched off already";
        }
        return state.phase() == RolloutPhase.Completed
                ? null
                : "only a Completed one is undone; to stop it and take it back: kubemdm rollout abort " + state.name();
    }
}
