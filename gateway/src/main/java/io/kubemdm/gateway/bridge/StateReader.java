package io.kubemdm.gateway.bridge;

import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of {@code mdm.state} that the group gives this replica, each from its start whenever it is given,
 * on one thread of its own. Until a partition has been read to where it ended then, none of its devices is named for
 * writing: what lies before the end may be the past.
 */
final class StateReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long an answer is waited for before the status says that it is pending. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Map<String, Object> settings;
    private final StateTable table;
    private final WriteQueue queue;
    private final Consumer<DeadLetter> deadLetters;
    private final Clock clock;
    private final Map<TopicPartition, Long> catchingUp = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean assigned;
    private volatile long lag;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

    StateReader(
            KafkaAccess kafka,
            Bridge.Settings how,
            StateTable table,
            WriteQueue queue,
            Consumer<DeadLetter> deadLetters,
            Clock clock) {
        this.settings = kafka.consumer(how.clientId());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, how.group());
        settings.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        this.table = table;
        this.queue = queue;
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name(how.clientId()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Records not read yet in this replica's partitions. */
    long lag() {
        return lag;
    }

    /** Why what this replica knows is not the truth yet; null when it is. */
    @Nullable String notReadyBecause() {
        return assigned ? null : "waiting for Kafka: no partition of " + Topic.STATE.topicName() + " was given yet";
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<String, byte[]> created = new KafkaConsumer<>(settings)) {
                consumer = created;
                created.subscribe(List.of(Topic.STATE.topicName()), new Assignment(created));
                while (!closed) {
                    created.poll(POLL).forEach(this::read);
                    settle(created);
                }
            } catch (WakeupException e) {
                LOG.debug("state reader stopped");
            } catch (RuntimeException e) {
                LOG.error("reading states starts over topic={}", Topic.STATE.topicName(), e);
                pause();
            }
        }
    }

    private void read(ConsumerRecord<String, byte[]> each) {
        if (each.key() == null || each.key().equals(Topic.ENGINE_HEAD_KEY)) {
            return;
        }
        try {
            DeviceId device = DeviceId.parse(each.key());
            byte[] value = each.value();
            if (value == null) {
                table.remove(device);
                return;
            }
            DeviceState state = Json.read(value, DeviceState.class);
            if (!state.device().equals(device)) {
                throw new IllegalArgumentException("the state is of " + state.device());
            }
            table.put(device, each.partition(), value);
            if (!catchingUp.containsKey(new TopicPartition(each.topic(), each.partition()))) {
                name(device, state);
            }
        } catch (MalformedJson | IllegalArgumentException e) {
            LOG.warn(
                    "state not understood topic={} partition={} offset={} key={} reason={}",
                    each.topic(),
                    each.partition(),
                    each.offset(),
                    each.key(),
                    e.getMessage());
            deadLetters.accept(new DeadLetter(
                    each.topic(),
                    each.partition(),
                    each.offset(),
                    Principal.BRIDGE.user(),
                    "not a state: " + e.getMessage(),
                    each.key(),
                    each.value()));
        }
    }

    /** What a connected device was told and its answer are one write, unless it takes its time. */
    private void name(DeviceId device, DeviceState state) {
        boolean urgent = isUrgent(state);
        if (!urgent && PolicyLines.awaitsAnswer(state)) {
            queue.offerAt(clock.instant().plus(ANSWER), device, false);
        } else {
            queue.offer(device, urgent);
        }
    }

    private boolean isUrgent(DeviceState state) {
        return StatusProjection.isUrgent(state, clock.instant());
    }

    private void settle(KafkaConsumer<String, byte[]> from) {
        catchingUp.entrySet().removeIf(each -> {
            boolean there = from.position(each.getKey()) >= each.getValue();
            if (there) {
                offerAll(each.getKey().partition());
            }
            return there;
        });
        long behind = 0;
        for (TopicPartition partition : from.assignment()) {
            OptionalLong each = from.currentLag(partition);
            behind += each.orElse(0);
        }
        lag = behind;
    }

    private void offerAll(int partition) {
        for (DeviceId device : table.devices(partition)) {
            DeviceState state = table.find(device);
            if (state != null) {
                queue.offer(device, isUrgent(state));
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Assignment implements ConsumerRebalanceListener {

        private final KafkaConsumer<String, byte[]> of;

        Assignment(KafkaConsumer<String, byte[]> of) {
            this.of = of;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            if (given.isEmpty()) {
                return;
            }
            of.seekToBeginning(given);
            catchingUp.putAll(of.endOffsets(given));
            assigned = true;
            LOG.info("states assigned partitions={}", numbers(given));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> taken) {
            if (!taken.isEmpty()) {
                catchingUp.keySet().removeAll(taken);
                table.drop(numbers(taken));
                LOG.info("states given up partitions={}", numbers(taken));
            }
        }

        private static Collection<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
