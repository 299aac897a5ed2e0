package io.kubemdm.testbed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.testbed.process.Child;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/** Agents that report at a steady rate and, now and then, send again what they already sent. */
final class Load implements AutoCloseable {

    private final Region region;
    private final List<DeviceId> devices;
    private final int perSecond;
    private final Random random;
    private final Map<DeviceId, Long> acknowledged = new ConcurrentHashMap<>();
    private final Thread sender;
    private volatile boolean sending = true;

    Load(Region region, List<DeviceId> devices, int perSecond, long seed) {
        this.region = region;
        this.devices = devices;
        this.perSecond = perSecond;
        this.random = new Random(seed);
        System.out.println("load seed=" + seed);
        this.sender = Thread.ofPlatform().daemon().name("load").unstarted(this::send);
    }

    void start() {
        sender.start();
    }

    /** Ends sending; everything sent has been acknowledged then. */
    void stop() throws InterruptedException {
        sending = false;
        sender.join();
    }

    /** How many messages of each device Kafka has, repeats not counted. */
    Map<DeviceId, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    void awaitJudged(List<DeviceId> of, int more, Child engine, Duration patience) {
        long goal = region.events().size() + (long) of.size() * more;
        await().atMost(patience).untilAsserted(() -> assertThat(region.events())
                .as(() -> "events of the engine that says " + engine.lastLines(20))
                .hasSizeGreaterThanOrEqualTo((int) goal));
    }

    Duration awaitFirstEventAfter(Instant moment, Duration patience) {
        await().atMost(patience)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> region.events().getLast().timestamp() > moment.toEpochMilli());
        return Duration.between(moment, Instant.now());
    }

    private void send() {
        long next = System.nanoTime();
        for (int i = 0; sending; i++) {
            DeviceId device = devices.get(i % devices.size());
            long n = acknowledged.getOrDefault(device, 0L) + 1;
            try {
                if (random.nextInt(20) == 0) {
                    for (long again = Math.max(1, n - 3); again < n; again++) {
                        region.tell(device, new MessageId(1, again), Region.drift())
                                .get();
                    }
                }
                region.tell(device, new MessageId(1, n), Region.drift()).get();
                acknowledged.put(device, n);
            } catch (ExecutionException e) {
                throw new IllegalStateException("Kafka did not take a message of " + device, e);
            } catch (InterruptedException e) {
                return;
            }
            next += 1_000_000_000L / perSecond;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    @Override
    public void close() {
        sending = false;
        try {
            sender.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
