package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;

/** Hands records to a downlink as its reader would; there is no Kafka behind it. */
public final class DownlinkFeed {

    private DownlinkFeed() {}

    /** One record. */
    public static void feed(Downlink downlink, CompactedTopic.Entry entry) {
        downlink.accept(entry);
    }
}
