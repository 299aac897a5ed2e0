package io.kubemdm.gateway.bridge;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the Device objects say now: an informer, and on top of it what this replica has just written and the informer has
 * not seen yet. Safe for several threads.
 */
final class DeviceMirror implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceMirror.class);

    /** A watch can die in silence; after this long without any event the devices are listed anew. */
    private static final Duration WATCHDOG = Duration.ofMinutes(30);

    /** A Device object's status, null when it has none. */
    record Shown(@Nullable DeviceStatus status) {}

    private record Written(long version, @Nullable DeviceStatus status) {}

    private final KubernetesClient client;
    private final Clock clock;
    private final Consumer<DeviceId> changed;
    private final Map<DeviceId, Written> written = new ConcurrentHashMap<>();
    private volatile SharedIndexInformer<Device> informer;
    private volatile Instant heardAt;

    /** @param changed told of every Device that appears or changes; must not block */
    DeviceMirror(KubernetesClient client, Clock clock, Consumer<DeviceId> changed) {
        this.client = client;
        this.clock = clock;
        this.changed = changed;
        this.heardAt = clock.instant();
        this.informer = informer();
    }

    /** Begins; the API server being away is waited out. */
    void start() {
        informer.start();
    }

    /** Why it may not show the truth; null when it does. */
    @Nullable String notReadyBecause() {
        if (!informer.hasSynced()) {
            return "waiting for the Kubernetes API: devices are not listed yet";
        }
        return informer.isWatching() ? null : "the watch on devices is down";
    }

    /** Lists anew when nothing was heard for long; to be called now and then. */
    void watchdog() {
        if (clock.instant().isAfter(heardAt.plus(WATCHDOG))) {
            LOG.info("devices listed anew: nothing was heard for {} minutes", WATCHDOG.toMinutes());
            heardAt = clock.instant();
            SharedIndexInformer<Device> old = informer;
            informer = informer();
            informer.start();
            old.stop();
        }
    }

    /** Null when there is no such object. */
    @Nullable Shown find(DeviceId device) {
        Device there = informer.getStore().getByKey(Cache.namespaceKeyFunc(device.namespace(), device.name()));
        if (there == null) {
            return null;
        }
        Written ours = written.get(device);
        return new Shown(ours != null && ours.version() > version(there) ? ours.status() : there.getStatus());
    }

    /** Remembers what the API server answered to our write, until the informer has it. */
    void wrote(DeviceId device, Device answer) {
        written.put(device, new Written(version(answer), answer.getStatus()));
    }

    /** Devices that exist. */
    int size() {
        return informer.getStore().list().size();
    }

    @Override
    public void close() {
        informer.close();
    }

    private SharedIndexInformer<Device> informer() {
        SharedIndexInformer<Device> made =
                client.resources(Device.class).inAnyNamespace().runnableInformer(0);
        made.itemStore(new SlimStore());
        made.exceptionHandler((started, failure) -> {
            LOG.warn("the Kubernetes API is away, the informer on devices goes on trying: {}", failure.toString());
            return true;
        });
        made.addEventHandler(new Events());
        return made;
    }

    private static DeviceId id(Device device) {
        return new DeviceId(
                device.getMetadata().getNamespace(), device.getMetadata().getName());
    }

    /** Resource versions of one kind are ordered numbers (KEP-5504); whatever is not a number is older than any write. */
    private static long version(Device device) {
        try {
            return Long.parseLong(device.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Keeps of a Device what the bridge compares: a third of its size. */
    private static final class SlimStore extends BasicItemStore<Device> {

        SlimStore() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public Device put(String key, Device device) {
            ObjectMeta meta = device.getMetadata();
            Device slim = new Device();
            slim.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(meta.getNamespace())
                    .withName(meta.getName())
                    .withUid(meta.getUid())
                    .withResourceVersion(meta.getResourceVersion())
                    .build());
            slim.setStatus(device.getStatus());
            return super.put(key, slim);
        }
    }

    private final class Events implements ResourceEventHandler<Device> {

        @Override
        public void onAdd(Device device) {
            seen(device);
        }

        @Override
        public void onUpdate(Device old, Device device) {
            seen(device);
        }

        @Override
        public void onDelete(Device device, boolean lastStateUnknown) {
            heardAt = clock.instant();
            written.remove(id(device));
        }

        private void seen(Device device) {
            heardAt = clock.instant();
            DeviceId id = id(device);
            written.computeIfPresent(id, (key, ours) -> ours.version() > version(device) ? ours : null);
            changed.accept(id);
        }
    }
}
