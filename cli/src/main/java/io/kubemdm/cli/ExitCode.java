package io.kubemdm.cli;

/** What the process returns; scripts may rely on these. */
public enum ExitCode {
    OK(0),
    /** The command was understood and did not succeed. */
    FAILED(1),
    /** Wrong options or arguments. */
    USAGE(2),
    /** An object or file does not exist. */
    NOT_FOUND(3),
    /** Something of that name exists already, or has changed meanwhile. */
    CONFLICT(4),
    /** The cluster says this user may not. */
    FORBIDDEN(5),
    /** The cluster did not answer. */
    UNREACHABLE(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The process's exit status. */
    public int number() {
        return number;
    }
}
