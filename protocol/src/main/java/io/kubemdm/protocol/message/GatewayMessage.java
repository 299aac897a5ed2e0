package io.kubemdm.protocol.message;

/** What a gateway says to an agent. */
public sealed interface GatewayMessage extends Message
        permits SessionAccepted, MessageAcknowledged, MessageRefused, OrderIssued, BundleDelivered, SessionDraining {}
