package io.kubemdm.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one copy of a kind's objects in this process: the informer of its controller keeps it, everyone else reads it.
 * Without {@code managedFields}, which cost more memory than all the rest. Objects in it are never changed.
 */
public final class Copy<R extends HasMetadata> implements ItemStore<R> {

    /** Hears of changes on the informer's thread, after the copy has them; must not block. */
    @FunctionalInterface
    public interface Listener<R> {
        /** {@code before} is null for a new object, {@code now} for one that is gone. */
        void changed(@Nullable R before, @Nullable R now);
    }

    private final Map<String, R> objects = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listener<? super R>> listeners = new CopyOnWriteArrayList<>();
    private final Clock clock;
    private volatile Instant changedAt;

    public Copy(Clock clock) {
        this.clock = clock;
        this.changedAt = clock.instant();
    }

    /** Tells {@code listener} of every change from now on. */
    public void onChange(Listener<? super R> listener) {
        listeners.add(listener);
    }

    /** The object, null when there is none. */
    public @Nullable R find(String namespace, String name) {
        return objects.get(Cache.namespaceKeyFunc(namespace, name));
    }

    /** All objects of a namespace; linear, for kinds with few objects. */
    public Stream<R> in(String namespace) {
        return objects.values().stream()
                .filter(o -> namespace.equals(o.getMetadata().getNamespace()));
    }

    /** When the informer last told of a change. */
    public Instant changedAt() {
        return changedAt;
    }

    @Override
    public String getKey(R object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable R put(String key, R object) {
        object.getMetadata().setManagedFields(null);
        R before = objects.put(key, object);
        tell(before, object);
        return before;
    }

    @Override
    public @Nullable R remove(String key) {
        R before = objects.remove(key);
        if (before != null) {
            tell(before, null);
        }
        return before;
    }

    private void tell(@Nullable R before, @Nullable R now) {
        changedAt = clock.instant();
        listeners.forEach(each -> each.changed(before, now));
    }

    @Override
    public Stream<String> keySet() {
        return objects.keySet().stream();
    }

    @Override
    public Stream<R> values() {
        return objects.values().stream();
    }

    @Override
    public int size() {
        return objects.size();
    }

    @Override
    public @Nullable R get(String key) {
        return objects.get(key);
    }
}
