package io.kubemdm.protocol.message;

/**
 * The gateway is about to stop; the agent finishes and reconnects elsewhere.
 *
 * @param withinSeconds spread the reconnection over this time
 */
public record SessionDraining(int withinSeconds) implements GatewayMessage {}
