package io.kubemdm.protocol.message;

/** A gateway has handed a command to the device's session. */
public record CommandDelivered(String id, long seq, String gateway) implements Report {}
