package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import io.kubemdm.protocol.order.WipeBudget.Limits;
import java.util.Map;

/** Hands records to a downlink as its reader would; there is no Kafka behind it. */
public final class DownlinkFeed {

    /** The defaults. */
    public static final Map<Lane, Limits> LIMITS = Map.of(Lane.Destructive, Limits.DESTRUCTIVE, Lane.Lock, Limits.LOCK);

    private DownlinkFeed() {}

    /** A downlink to which all that it was fed is all that there is. */
    public static Downlink open(Downlink.Parts parts) {
        Downlink downlink = new Downlink(parts);
        downlink.open();
        return downlink;
    }

    /** One record. */
    public static void feed(Downlink downlink, CompactedTopic.Entry entry) {
        downlink.accept(entry);
    }

    /** So many devices in every namespace, all in epoch 1. */
    public static Fleet fleet(int devices) {
        return new Fleet() {
            @Override
            public long epoch(DeviceId device) {
                return 1;
            }

            @Override
            public int devices(String namespace) {
                return devices;
            }
        };
    }
}
