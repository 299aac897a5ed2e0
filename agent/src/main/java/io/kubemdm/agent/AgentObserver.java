package io.kubemdm.agent;

import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.SessionAccepted;

/** Hears what happens to an agent, on its executor; for status files, benchmarks and tests. */
public interface AgentObserver {

    /** Hears nothing. */
    AgentObserver NONE = new AgentObserver() {};

    /** A session stands. */
    default void onAccepted(SessionAccepted accepted) {}

    /** A session ended or could not be had. */
    default void onClosed(CloseCause cause) {}

    /** An order came in, not yet judged. */
    default void onOrderReceived(OrderIssued order) {}

    /** The agent reports something under a number. */
    default void onReported(AgentReport report, MessageId id) {}

    /** Everything up to this number is in Kafka. */
    default void onAcknowledged(MessageId upTo) {}

    /** The device left management; the agent has stopped and its identity is gone. */
    default void onRetired() {}
}
