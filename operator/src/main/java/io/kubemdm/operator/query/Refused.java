package io.kubemdm.operator.query;

/** A question that is not answered: the HTTP status and a line that says what to do. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    Refused(int status, String message) {
        super(message);
        this.status = status;
    }

    Refused(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** A parameter that means nothing. */
    static Refused parameter(String name, String remedy) {
        return new Refused(400, name + ": " + remedy);
    }

    int status() {
        return status;
    }
}
