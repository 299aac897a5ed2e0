package io.kubemdm.operator.fleet;

/**
 * Lets a device in whom an open step of a rollout reaches, or makes it wait: for its maintenance window, for a flag that is
 * on for others. It is asked under a lock about every device that a rollout selects, when what decides about the device
 * changes, so it answers from memory; when its answers change by themselves, {@link Fleet#recheck} is called.
 */
@FunctionalInterface
public interface Turnstile {

    /** Lets everybody in. */
    Turnstile OPEN = (rollout, device, turn) -> Answer.ADMIT;

    /** Whether it is a device's turn. */
    enum Turn {
        /** No open step reaches it. */
        NOT_YET,
        /** An open step reaches it, and it is not admitted. */
        NOW,
        /** It is admitted, or its order follows the rollout already. */
        TAKEN
    }

    /** What it says. */
    enum Answer {
        /** It may be admitted. */
        ADMIT,
        /** Not now: it is counted as held, its step waits for it, and who is admitted already stays. */
        LATER,
        /** Not at all: the step goes on without it, and who is admitted already goes back. */
        NEVER
    }

    /** Asks about a device that the rollout selects. */
    Answer ask(LiveRollout rollout, FleetDevice device, Turn turn);

    /** The rollout does not select the device any more. */
    default void forget(LiveRollout rollout, String device) {}

    /** The rollout is gone, or selects others. */
    default void forget(LiveRollout rollout) {}
}
