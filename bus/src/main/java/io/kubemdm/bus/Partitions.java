package io.kubemdm.bus;

import io.kubemdm.protocol.device.DeviceId;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Places records: all about one device is in the same partition of every topic, whatever the record's key. */
public final class Partitions {

    private Partitions() {}

    /** The device's partition among {@code count}; the same as Kafka's default for the key {@code namespace/device}. */
    public static int of(DeviceId device, int count) {
        return of(device.toString(), count);
    }

    /** The partition Kafka's default partitioner gives {@code key}. */
    public static int of(String key, int count) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % count;
    }
}
