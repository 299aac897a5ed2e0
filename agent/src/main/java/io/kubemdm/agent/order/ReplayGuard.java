package io.kubemdm.agent.order;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.device.DeviceId;

/**
 * The {@link Guard} on disk and in memory; memory changes only after the disk has. What another identity of this machine
 * left behind does not count.
 */
public final class ReplayGuard {

    private static final String NAME = "guard.json";

    private final Store store;
    private final DeviceId device;
    private Guard guard;

    private record Written(DeviceId device, Guard guard) {}

    /** Reads what earlier starts of this identity left. */
    public ReplayGuard(Store store, DeviceId device) {
        this.store = store;
        this.device = device;
        Written found = Documents.read(store, NAME, Written.class);
        this.guard = found == null || !found.device().equals(device) ? Guard.fresh() : found.guard();
    }

    /** What is remembered. */
    public Guard now() {
        return guard;
    }

    /**
     * Remembers.
     *
     * @throws StoreFailed when the disk refuses; then nothing is remembered, and nothing may be done
     */
    public void remember(Guard next) {
        if (!next.equals(guard)) {
            Documents.write(store, NAME, new Written(device, next));
            guard = next;
        }
    }
}
