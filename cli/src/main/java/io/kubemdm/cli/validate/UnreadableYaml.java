package io.kubemdm.cli.validate;

/** A text that is no YAML which the API server's clients would read as JSON. */
final class UnreadableYaml extends Exception {

    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * A text that cannot be read.
     *
     * @param line where, from 1; 0 when unknown
     */
    UnreadableYaml(int line, String message) {
        super(message);
        this.line = line;
    }

    int line() {
        return line;
    }
}
