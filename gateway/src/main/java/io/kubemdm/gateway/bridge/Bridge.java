package io.kubemdm.gateway.bridge;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One replica of the bridge: states in, statuses out. */
final class Bridge implements AutoCloseable {

    /**
     * How it takes part.
     *
     * @param group consumer group of all replicas
     * @param clientId this replica, in Kafka
     * @param maxWritesPerSecond 1 to 10000
     */
    record Settings(String group, String clientId, int maxWritesPerSecond) {}

    private final DeviceMirror mirror;
    private final StateReader reader;
    private final StatusWriter writer;

    Bridge(
            KafkaAccess kafka,
            Settings settings,
            KubernetesClient client,
            Consumer<DeadLetter> deadLetters,
            Clock clock,
            BridgeMeters meters) {
        StateTable table = new StateTable();
        WriteQueue queue = new WriteQueue();
        this.mirror = new DeviceMirror(client, clock, device -> queue.offer(device, false));
        this.reader = new StateReader(kafka, settings, table, queue, deadLetters, clock);
        Pace pace = new Pace(settings.maxWritesPerSecond(), System.nanoTime());
        this.writer = new StatusWriter(client, mirror, table, queue, pace, clock, meters);
        meters.watch(reader, queue, table);
    }

    void start() {
        mirror.start();
        reader.start();
        writer.start();
    }

    /** Why it does not bridge yet; null when it does. */
    @Nullable String notReadyBecause() {
        String because = mirror.notReadyBecause();
        return because == null ? reader.notReadyBecause() : because;
    }

    /** To be called every minute. */
    void watchdog() {
        mirror.watchdog();
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
        mirror.close();
    }
}
