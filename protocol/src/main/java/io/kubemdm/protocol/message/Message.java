package io.kubemdm.protocol.message;

/** A CloudEvents body of ours; its type is in {@link MessageTypes}. */
public sealed interface Message permits AgentMessage, GatewayMessage, Report {}
