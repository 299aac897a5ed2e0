package io.kubemdm.testbed.counted;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.EncryptedStorage;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.order.StorageEvidence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** One encrypted device that is two marks in the agent's store. */
final class CountedStorage implements EncryptedStorage {

    private static final String SLOTS = Digest.of("counted key slots".getBytes(StandardCharsets.UTF_8));
    private static final long HEADER_BYTES = 32 << 10;
    private static final String ERASED = "disk-erased.json";
    private static final String OVERWRITTEN = "disk-overwritten.json";

    private final Store store;
    private final BiConsumer<String, Runnable> noted;

    CountedStorage(Store store, BiConsumer<String, Runnable> noted) {
        this.store = store;
        this.noted = noted;
    }

    @Override
    public List<String> devices() {
        return List.of("/dev/counted");
    }

    @Override
    public Slots read(String device) {
        if (store.read(OVERWRITTEN) != null) {
            throw new Failed(device, "is no encrypted device");
        }
        return new Slots(store.read(ERASED) == null ? SLOTS : StorageEvidence.NO_SLOTS, HEADER_BYTES);
    }

    @Override
    public void eraseSlots(String device) {
        noted.accept("EraseSlots", () -> Documents.write(store, ERASED, true));
    }

    @Override
    public void overwrite(String device, long bytes) {
        noted.accept("OverwriteHeader", () -> Documents.write(store, OVERWRITTEN, true));
    }

    @Override
    public boolean isOverwritten(String device, long bytes) {
        return store.read(OVERWRITTEN) != null;
    }
}
