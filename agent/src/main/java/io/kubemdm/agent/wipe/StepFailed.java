package io.kubemdm.agent.wipe;

/** A command cannot be completed; the step is what its receipt names. */
final class StepFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String step;

    StepFailed(String step, String message) {
        super(message);
        this.step = step;
    }

    String step() {
        return step;
    }
}
