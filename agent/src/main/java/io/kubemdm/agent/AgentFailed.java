package io.kubemdm.agent;

/** A command cannot do what was asked; the message says why and what to do, the code goes to the shell. */
public final class AgentFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    public AgentFailed(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    /** For the shell. */
    public ExitCode code() {
        return code;
    }
}
