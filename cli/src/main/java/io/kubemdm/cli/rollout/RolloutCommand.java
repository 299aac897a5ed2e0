package io.kubemdm.cli.rollout;

import picocli.CommandLine.Command;

/** {@code kubemdm rollout}. */
@Command(
        name = "rollout",
        description = "Follow a rollout, hold it, let it go on, take it back.",
        subcommands = {
            RolloutStatusCommand.class,
            RolloutPauseCommand.class,
            RolloutResumeCommand.class,
            RolloutApproveCommand.class,
            RolloutAbortCommand.class,
            RolloutUndoCommand.class
        })
public final class RolloutCommand {}
