package io.kubemdm.operator.fleet;

/**
 * Lets a device in whom an open step of a rollout reaches, or makes it wait: for its maintenance window, for a flag that is
 * on for others. It is asked when anything about the device or the rollout changes, so it answers from memory; when its
 * answers change by themselves, {@link Fleet#recheck} is called.
 */
@FunctionalInterface
public interface Turnstile {

    /** Lets everybody in. */
    Turnstile OPEN = (rollout, device) -> Answer.ADMIT;

    /** What it says. */
    enum Answer {
        /** It may be admitted. */
        ADMIT,
        /** Not now: it is counted as held, its step waits for it, and who is admitted already stays. */
        LATER,
        /** Not at all: the step goes on without it, and who is admitted already goes back. */
        NEVER
    }

    Answer ask(LiveRollout rollout, FleetDevice device);
}
