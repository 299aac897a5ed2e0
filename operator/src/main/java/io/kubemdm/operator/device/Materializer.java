package io.kubemdm.operator.device;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.device.Device;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.MalformedJson;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the Device object of every enrolled device that has none. A level-triggered loop on the leader, not a
 * reconciler: a bell for an object that does not exist is dropped. A hint makes it quick, a look at everything every
 * {@value #FULL_LOOK_SECONDS} s makes it sure. Never more than the configured objects per second.
 */
public final class Materializer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Materializer.class);
    private static final long FULL_LOOK_SECONDS = 30;
    private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

    private final KubernetesClient client;
    private final Fleet fleet;
    private final Copy<Device> devices;
    private final long nanosPerDevice;
    private final Thread thread =
            Thread.ofPlatform().name("materializer").daemon().unstarted(this::run);
    private final Set<DeviceId> hints = new LinkedHashSet<>();
    private volatile boolean closed;

    /** @param devicesPerSecond at most so many objects are created, at least 1 */
    public Materializer(KubernetesClient client, Fleet fleet, Copy<Device> devices, int devicesPerSecond) {
        this.client = client;
        this.fleet = fleet;
        this.devices = devices;
        this.nanosPerDevice = Duration.ofSeconds(1).toNanos() / Math.max(1, devicesPerSecond);
    }

    /** Starts the loop; states and objects must have been read. */
    public void start() {
        thread.start();
    }

    /** This device may lack its object. */
    public void hint(DeviceId device) {
        synchronized (hints) {
            hints.add(device);
            hints.notifyAll();
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (hints) {
            hints.notifyAll();
        }
    }

    private void run() {
        long nextLook = System.nanoTime();
        while (!closed) {
            if (System.nanoTime() - nextLook >= 0) {
                fleet.devices()
                        .filter(each -> !present(each.id()))
                        .map(FleetDevice::id)
                        .forEach(this::hint);
                nextLook = System.nanoTime()
                        + Duration.ofSeconds(FULL_LOOK_SECONDS).toNanos();
            }
            DeviceId next = take(nextLook);
            if (next != null) {
                bringBack(next);
            }
        }
    }

    private @Nullable DeviceId take(long until) {
        synchronized (hints) {
            while (hints.isEmpty() && !closed) {
                long millis = Duration.ofNanos(until - System.nanoTime()).toMillis();
                if (millis <= 0) {
                    return null;
                }
                try {
                    hints.wait(millis);
                } catch (InterruptedException e) {
                    closed = true;
                }
            }
            if (closed) {
                return null;
            }
            DeviceId first = hints.iterator().next();
            hints.remove(first);
            return first;
        }
    }

    private boolean present(DeviceId id) {
        return devices.find(id.namespace(), id.name()) != null;
    }

    private void bringBack(DeviceId id) {
        FleetDevice device = fleet.device(id);
        KnownDevice known = device == null ? null : device.known();
        if (known == null || present(id)) {
            return;
        }
        long began = System.nanoTime();
        try {
            Device object = DeviceSeed.of(known);
            if (object != null) {
                client.resource(object).create();
                LOG.info("device object created device={} declared={}", id, known.declaration() != null);
                LockSupport.parkNanos(nanosPerDevice - (System.nanoTime() - began));
            }
        } catch (MalformedJson e) {
            LOG.error(
                    "device object not created, what was declared cannot be read device={} error={}",
                    id,
                    e.getMessage());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return; // it exists, or did a moment ago; the next full look tells
            }
            LOG.warn("device object not created device={} error={}", id, e.getMessage());
            // The next full look tries again; the pause keeps a broken API server from being hammered.
            LockSupport.parkNanos(e.getCode() == 0 ? RETRY_NANOS : nanosPerDevice);
        }
    }
}
