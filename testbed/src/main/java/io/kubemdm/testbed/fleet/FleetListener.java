package io.kubemdm.testbed.fleet;

import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;

/** Hears what happens in a fleet, on its event loops: be quick. Times are {@link System#nanoTime}. */
public interface FleetListener {

    /** Hears nothing. */
    FleetListener NONE = new FleetListener() {};

    /** A session stands. */
    default void onConnected(DeviceId device, long nanos) {}

    /** A session ended or could not be had. */
    default void onClosed(DeviceId device, CloseCause cause, long nanos) {}

    /** A signed order came in, not yet judged. */
    default void onOrderReceived(DeviceId device, OrderIssued order, long nanos) {}

    /** The device reported: applied policies are {@code PolicyReported} with state Applied, and so on. */
    default void onReported(DeviceId device, MessageId id, AgentReport report, long nanos) {}

    /** The gateway says Kafka has this report. */
    default void onAcknowledged(DeviceId device, MessageId id, AgentReport report, long nanos) {}

    /** The device left management. */
    default void onRetired(DeviceId device, long nanos) {}
}
