package io.kubemdm.protocol.message;

/** What an agent says to its gateway. Each bears {@code boot} and {@code n}, see {@link MessageId}. */
public sealed interface AgentMessage extends Message permits Hello, BundleRequested, AgentReport {}
