package io.kubemdm.agent.quarantine;

/**
 * Where the agent owns no network, as below {@code --root DIR} and in simulated fleets: nothing is ever cut off, and the
 * reason is told.
 *
 * @param obstacle one line
 */
public record UnenforcedQuarantine(String obstacle) implements Quarantine {

    @Override
    public void confine() {}

    @Override
    public void release() {}

    @Override
    public boolean confined() {
        return false;
    }
}
