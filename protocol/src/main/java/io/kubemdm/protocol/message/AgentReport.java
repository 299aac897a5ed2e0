package io.kubemdm.protocol.message;

/** What an agent reports; the gateway acknowledges it only once Kafka has it. */
public sealed interface AgentReport extends AgentMessage, Report
        permits Heartbeat, PolicyReported, DriftCorrected, CommandAcknowledged, ReceiptHandedIn {}
