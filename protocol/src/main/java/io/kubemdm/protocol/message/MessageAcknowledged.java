package io.kubemdm.protocol.message;

/** Kafka has every message of this agent up to and including this one. */
public record MessageAcknowledged(long boot, long n) implements GatewayMessage {}
