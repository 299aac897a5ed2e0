package io.kubemdm.operator.https;

/** A request that is not answered: the HTTP status and a line that says what to do. */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public Refused(int status, String message) {
        super(message);
        this.status = status;
    }

    public Refused(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** A parameter that means nothing. */
    public static Refused parameter(String name, String remedy) {
        return new Refused(400, name + ": " + remedy);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
