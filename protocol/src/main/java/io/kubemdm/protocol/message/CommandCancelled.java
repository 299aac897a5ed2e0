package io.kubemdm.protocol.message;

/** The operator withdrew a command; in the same transaction as the withdrawal. */
public record CommandCancelled(String id, String reason) implements Report {}
