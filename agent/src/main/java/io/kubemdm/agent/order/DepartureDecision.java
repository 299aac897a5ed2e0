package io.kubemdm.agent.order;

import io.kubemdm.protocol.order.CommandType;
import java.time.Duration;

/** When a device that has signed its last receipt gives up its identity. Pure. */
public final class DepartureDecision {

    /** How long a device whose storage or access is gone tries to hand its receipt in. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    /** What is known of the receipt. */
    public enum Post {
        /** Not in Kafka as far as is known. */
        Waiting,
        /** The same, and gateways let the device in no more. */
        ShutOut,
        Acknowledged,
        /** A gateway will never take it. */
        Refused
    }

    private DepartureDecision() {}

    /**
     * A retired device goes on for its owner and waits as long as it takes, unless no gateway would hear it; one without
     * storage has nobody to wait for.
     *
     * @param waited by a clock that only runs forward
     */
    public static boolean mayLeave(CommandType type, Post post, Duration waited) {
        return switch (post) {
            case Acknowledged -> true;
            case Refused -> !type.erasesStorage() || waited.compareTo(PATIENCE) >= 0;
            case ShutOut -> waited.compareTo(PATIENCE) >= 0;
            case Waiting -> type.erasesStorage() && waited.compareTo(PATIENCE) >= 0;
        };
    }
}
