package io.kubemdm.agent.quarantine;

import org.jspecify.annotations.Nullable;

/**
 * The device's network, all of it or only its gateway and named hosts. Nothing here throws: what could not be done is
 * told by {@link #confined} and {@link #obstacle}, and tried again by the next call. Used by the agent's one thread.
 */
public interface Quarantine {

    /** Cuts the device off; a repeat changes nothing, but learns the hosts' addresses anew. */
    void confine();

    /** Gives the whole network back; a repeat does nothing. */
    void release();

    /** Whether the device is cut off now, as the kernel says. */
    boolean confined();

    /** Why this device cannot be cut off, one line; null when it can. */
    @Nullable String obstacle();
}
