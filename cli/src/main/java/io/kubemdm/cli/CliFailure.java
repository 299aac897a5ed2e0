package io.kubemdm.cli;

/** A failure that is told in one sentence and ends the process with a documented code. */
public final class CliFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    /**
     * A failure.
     *
     * @param message a sentence that names what is wrong and the remedy; no secret
     */
    public CliFailure(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    /** How the process ends. */
    public ExitCode code() {
        return code;
    }
}
