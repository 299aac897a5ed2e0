package io.kubemdm.agent.link;

import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.SessionAccepted;

/** What the link tells the agent, always on the agent's own executor. */
public interface LinkListener {

    /** A connection stands; the returned hello opens the session. */
    Hello greet(long boot, long session);

    /** The session is open; everything unacknowledged has been sent again. */
    void accepted(SessionAccepted accepted, ServerTime serverTime);

    /** A signed order arrived. */
    void ordered(OrderIssued order);

    /** A bundle arrived. */
    void delivered(BundleDelivered bundle);

    /** A message of ours will never be accepted. */
    void refused(MessageRefused refused);

    /** Kafka has everything up to and including this one. */
    void acknowledged(MessageId upTo);

    /** The session, or the attempt at one, is over; the link tries again by itself. */
    void closed(CloseCause cause);
}
