package io.kubemdm.agent.wipe;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.order.StorageEvidence;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One encrypted device that is two flags: for simulated fleets. */
final class SimulatedStorage implements EncryptedStorage {

    private static final String DEVICE = "/dev/simulated";
    private static final String SLOTS = Digest.of("simulated key slots".getBytes(StandardCharsets.UTF_8));
    private static final long HEADER_BYTES = 32 << 10;

    private boolean erased;
    private boolean overwritten;

    @Override
    public List<String> devices() {
        return List.of(DEVICE);
    }

    @Override
    public Slots read(String device) {
        if (overwritten) {
            throw new Failed(device, "is no encrypted device");
        }
        return new Slots(erased ? StorageEvidence.NO_SLOTS : SLOTS, HEADER_BYTES);
    }

    @Override
    public void eraseSlots(String device) {
        erased = true;
    }

    @Override
    public void overwrite(String device, long bytes) {
        overwritten = true;
    }

    @Override
    public boolean isOverwritten(String device, long bytes) {
        return overwritten;
    }
}
