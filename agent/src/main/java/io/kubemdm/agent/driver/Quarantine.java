package io.kubemdm.agent.driver;

/**
 * Keeps a device away from everything but the gateway and named hosts, until it is released. What confines has to stay
 * confined by itself only as long as the machine runs: the agent asks for it again at every start and heartbeat. Used by the
 * agent's one thread.
 */
public interface Quarantine {

    /** A device that cannot be confined. */
    Quarantine NONE = new Quarantine() {
        @Override
        public void confine() {
            throw new IllegalStateException("this device has nothing that could confine it");
        }

        @Override
        public void release() {
            // Never confined.
        }

        @Override
        public boolean confined() {
            return false;
        }
    };

    /**
     * Confines the device; that it is confined already is no error.
     *
     * @throws RuntimeException when it cannot; it is tried again at the next heartbeat
     */
    void confine();

    /**
     * Lets it go; that it is not confined is no error.
     *
     * @throws RuntimeException when it cannot; it is tried again at the next heartbeat
     */
    void release();

    /** Whether it is confined at this moment, looked up. */
    boolean confined();
}
