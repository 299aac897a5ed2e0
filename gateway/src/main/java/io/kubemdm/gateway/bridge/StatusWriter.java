package io.kubemdm.gateway.bridge;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes statuses: takes the next device in hand, projects what is known of it now, and patches the difference if there is
 * one. A few threads, because a write waits for etcd; never two of them on one device.
 */
final class StatusWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final int THREADS = 4;
    private static final long IDLE_MS = 500;

    /** What became of a look at one device. */
    enum Outcome {
        /** There was nothing to write. */
        Unchanged,
        Written,
        /** Somebody has shown something newer. */
        Outrun,
        /** The object is gone. */
        Gone,
        /** The API server does not take it, and would not take it again. */
        Refused,
        /** The API server is away or busy. */
        Postponed
    }

    private final KubernetesClient client;
    private final DeviceMirror mirror;
    private final StateTable table;
    private final WriteQueue queue;
    private final Pace pace;
    private final Clock clock;
    private final BridgeMeters meters;
    private final AtomicInteger failures = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    StatusWriter(
            KubernetesClient client,
            DeviceMirror mirror,
            StateTable table,
            WriteQueue queue,
            Pace pace,
            Clock clock,
            BridgeMeters meters) {
        this.client = client;
        this.mirror = mirror;
        this.table = table;
        this.queue = queue;
        this.pace = pace;
        this.clock = clock;
        this.meters = meters;
    }

    void start() {
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().name("kubemdm-status-" + i).daemon().start(this::run));
        }
    }

    private void run() {
        try {
            while (!closed) {
                long waitNanos = pace.take(System.nanoTime());
                TimeUnit.NANOSECONDS.sleep(waitNanos);
                DeviceId device = queue.poll(clock.instant());
                if (device == null) {
                    pace.giveBack();
                    queue.await(IDLE_MS);
                } else {
                    look(device);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("status writer stopped");
        }
    }

    private void look(DeviceId device) {
        Outcome outcome = Outcome.Refused;
        try {
            outcome = write(device);
        } catch (RuntimeException e) {
            LOG.error("status cannot be written device={}", device, e);
        } finally {
            queue.done(device);
        }
        if (outcome == Outcome.Unchanged) {
            pace.giveBack();
        }
        meters.looked(outcome);
    }

    private Outcome write(DeviceId device) {
        DeviceState state = table.find(device);
        DeviceMirror.Shown shown = mirror.find(device);
        // Without an object there is nothing to write on; when it appears, its event names the device again.
        if (state == null || shown == null || isPast(state, shown.status())) {
            return Outcome.Unchanged;
        }
        StatusProjection.Projection projection = StatusProjection.project(state, shown.status(), clock.instant());
        if (projection.reviseAt() != null) {
            queue.offerAt(projection.reviseAt(), device, true);
        }
        String patch = StatusPatch.between(shown.status(), projection.status());
        return patch == null ? Outcome.Unchanged : patch(device, state, patch, projection.urgent());
    }

    private Outcome patch(DeviceId device, DeviceState state, String patch, boolean urgent) {
        try {
            Device answer = client.resources(Device.class)
                    .inNamespace(device.namespace())
                    .withName(device.name())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            mirror.wrote(device, answer);
            failures.set(0);
            LOG.debug("status written device={} epoch={} seq={}", device, state.epoch(), state.sequence());
            return Outcome.Written;
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case 404 -> Outcome.Gone;
                case 422 -> refused(device, state, e);
                default -> postponed(device, urgent, e);
            };
        }
    }

    private Outcome refused(DeviceId device, DeviceState state, KubernetesClientException refusal) {
        Device live = client.resources(Device.class)
                .inNamespace(device.namespace())
                .withName(device.name())
                .get();
        if (live == null) {
            return Outcome.Gone;
        }
        if (isPast(state, live.getStatus())) {
            LOG.info("status outrun device={} epoch={} seq={}", device, state.epoch(), state.sequence());
            return Outcome.Outrun;
        }
        LOG.error("status refused device={} seq={}: {}", device, state.sequence(), refusal.getMessage());
        return Outcome.Refused;
    }

    private Outcome postponed(DeviceId device, boolean urgent, KubernetesClientException failure) {
        int attempt = Math.min(failures.getAndIncrement(), 5);
        Duration pause = Duration.ofSeconds(1L << attempt);
        queue.offerAt(clock.instant().plus(pause), device, urgent);
        LOG.warn("status postponed device={} seconds={} error={}", device, pause.toSeconds(), failure.getMessage());
        return Outcome.Postponed;
    }

    /** Whether what is shown is newer than what we know. */
    static boolean isPast(DeviceState state, @Nullable DeviceStatus shown) {
        if (shown == null || shown.enrollmentEpoch() == null || shown.revision() == null) {
            return false;
        }
        return shown.enrollmentEpoch() > state.epoch()
                || (shown.enrollmentEpoch() == state.epoch() && shown.revision() > state.sequence());
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        Instant end = clock.instant().plusSeconds(5);
        for (Thread each : threads) {
            try {
                Duration left = Duration.between(clock.instant(), end);
                each.join(left.isNegative() ? Duration.ofMillis(1) : left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
