package io.kubemdm.agent.wipe;

import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Burns through at the n-th change of the world, which is what a kill at that point is to a test. */
final class Fuse {

    /** What kill -9 is to these tests. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private int left;

    Fuse(int left) {
        this.left = left;
    }

    void burn() {
        if (--left == 0) {
            throw new Crash();
        }
    }

    /** Dies before or after a change. */
    void around(Runnable change) {
        burn();
        change.run();
        burn();
    }

    /** Dies before or after a change; what was written stays. */
    record CrashingStore(Store store, Fuse fuse) implements Store {
        @Override
        public byte @Nullable [] read(String name) {
            return store.read(name);
        }

        @Override
        public void write(String name, byte[] content) {
            fuse.around(() -> store.write(name, content));
        }

        @Override
        public void delete(String name) {
            fuse.around(() -> store.delete(name));
        }

        @Override
        public List<String> list(String name) {
            return store.list(name);
        }
    }

    /** Dies before or after an act. */
    record CrashingActs(DeviceActs acts, Fuse fuse) implements DeviceActs {
        @Override
        public void lock() {
            fuse.around(acts::lock);
        }

        @Override
        public void unlock() {
            fuse.around(acts::unlock);
        }

        @Override
        public boolean isLocked() {
            return acts.isLocked();
        }

        @Override
        public List<String> companyData() {
            return acts.companyData();
        }

        @Override
        public void erase(String item) {
            fuse.around(() -> acts.erase(item));
        }

        @Override
        public EncryptedStorage storage() {
            return new CrashingStorage(acts.storage(), fuse);
        }

        @Override
        public Map<CommandType, Refusal> refused() {
            return acts.refused();
        }

        @Override
        public void powerOff() {
            fuse.around(acts::powerOff);
        }

        @Override
        public String bootId() {
            return acts.bootId();
        }
    }

    private record CrashingStorage(EncryptedStorage storage, Fuse fuse) implements EncryptedStorage {
        @Override
        public List<String> devices() {
            return storage.devices();
        }

        @Override
        public Slots read(String device) {
            return storage.read(device);
        }

        @Override
        public void eraseSlots(String device) {
            fuse.around(() -> storage.eraseSlots(device));
        }

        @Override
        public void overwrite(String device, long bytes) {
            fuse.around(() -> storage.overwrite(device, bytes));
        }

        @Override
        public boolean isOverwritten(String device, long bytes) {
            return storage.isOverwritten(device, bytes);
        }
    }
}
