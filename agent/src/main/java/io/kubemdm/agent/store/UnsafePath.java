package io.kubemdm.agent.store;

/** A path that is not touched, because somebody else could lead it elsewhere. */
public final class UnsafePath extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnsafePath(String message) {
        super(message);
    }
}
