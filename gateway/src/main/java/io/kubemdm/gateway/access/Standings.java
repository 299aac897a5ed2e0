package io.kubemdm.gateway.access;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.state.Watermark;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How every device stands and how far that is judged: {@code mdm.state} and {@code mdm.watermarks} from the start, then for
 * ever. Answers from memory, from any thread.
 */
final class Standings implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Standings.class);

    /** Where a device stands, and in which partition that was written. */
    private record Placed(Standing standing, int partition) {}

    private final Map<DeviceId, Placed> placed = new ConcurrentHashMap<>();
    private final Watermarks watermarks;
    private final Consumer<DeadLetter> deadLetters;
    private volatile @Nullable CompactedTopic topics;

    /** @param ledgerRead completes once every certificate and revocation written by now has been read */
    Standings(Supplier<CompletableFuture<Void>> ledgerRead, Consumer<DeadLetter> deadLetters) {
        this.watermarks =
                new Watermarks(() -> CompletableFuture.allOf(stateRead(), ledgerRead.get()), Watermarks.PATIENCE);
        this.deadLetters = deadLetters;
    }

    /** Starts reading; completes once everything that was there is known. */
    CompletableFuture<Void> read(KafkaAccess kafka, String clientId) {
        CompactedTopic reading =
                CompactedTopic.read(kafka, clientId, List.of(Topic.STATE, Topic.WATERMARKS), this::accept);
        topics = reading;
        return reading.caughtUp();
    }

    private CompletableFuture<Void> stateRead() {
        CompactedTopic reading = topics;
        return reading == null ? CompletableFuture.completedFuture(null) : reading.written(Topic.STATE);
    }

    /** How a device stands, null when nothing is known of it. */
    @Nullable Standing of(DeviceId device) {
        Placed found = placed.get(device);
        return found == null ? null : found.standing();
    }

    /** How far the device's partition has been judged, null when that is not known. */
    @Nullable Instant judgedThrough(DeviceId device) {
        Placed found = placed.get(device);
        return found == null ? null : watermarks.judgedThrough(found.partition());
    }

    /** How far partitions are judged. */
    Watermarks watermarks() {
        return watermarks;
    }

    /** Takes one record. One that cannot be read is a dead letter, and its device stands nowhere. */
    void accept(CompactedTopic.Entry entry) {
        if (entry.key().equals(Topic.ENGINE_HEAD_KEY)) {
            return;
        }
        try {
            if (entry.topic() == Topic.WATERMARKS) {
                watermark(entry);
            } else {
                state(entry);
            }
        } catch (MalformedJson | IllegalArgumentException e) {
            LOG.warn(
                    "record not understood topic={} partition={} offset={} key={} reason={}",
                    entry.topic().topicName(),
                    entry.partition(),
                    entry.offset(),
                    entry.key(),
                    e.getMessage());
            deadLetters.accept(new DeadLetter(
                    entry.topic().topicName(),
                    entry.partition(),
                    entry.offset(),
                    Principal.GATEWAY.user(),
                    String.valueOf(e.getMessage()),
                    entry.key(),
                    entry.value()));
        }
    }

    private void watermark(CompactedTopic.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            return;
        }
        Watermark mark = Json.read(value, Watermark.class);
        if (mark.partition() != entry.partition()) {
            throw new IllegalArgumentException("a watermark of partition " + mark.partition());
        }
        // The broker's time bounds the engine's: one whose clock is ahead looks no younger than its record.
        Instant through = mark.judgedThrough().isBefore(entry.timestamp()) ? mark.judgedThrough() : entry.timestamp();
        watermarks.arrived(entry.partition(), through);
    }

    private void state(CompactedTopic.Entry entry) {
        DeviceId device = DeviceId.parse(entry.key());
        // Should the new state be unreadable, the old one is no longer true.
        placed.remove(device);
        byte[] value = entry.value();
        if (value == null) {
            return;
        }
        StandingState state = Json.read(value, StandingState.class);
        if (!device.equals(state.device())) {
            throw new IllegalArgumentException("the state is of " + state.device());
        }
        placed.put(device, new Placed(Standing.of(state), entry.partition()));
    }

    @Override
    public void close() {
        CompactedTopic reading = topics;
        if (reading != null) {
            reading.close();
        }
    }
}
