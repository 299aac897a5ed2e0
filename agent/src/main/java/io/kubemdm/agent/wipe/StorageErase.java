package io.kubemdm.agent.wipe;

import io.kubemdm.agent.order.Erasure;
import io.kubemdm.agent.order.Erasure.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leads every encrypted device from its keys to proof that they are gone, see {@link Erasure}. A device that fails does not
 * keep the others from being erased; the first failure is the one told, and its headers are left so that it can be looked
 * into and tried again.
 */
final class StorageErase {

    /** The steps, as a receipt names them. */
    enum Step {
        /** The slots before, of every device: a device that cannot be read cannot be proven erased. */
        ReadSlots,
        EraseSlots,
        /** The slots read back: none may be left. */
        VerifySlots,
        OverwriteHeader,
        VerifyHeader
    }

    private final EncryptedStorage storage;
    private final Consumer<Erasure> remember;
    private Erasure now;
    private @Nullable StepFailed failure;

    /**
     * An erase that stands where {@code from} says.
     *
     * @param remember makes each step durable before the next begins
     */
    StorageErase(EncryptedStorage storage, Erasure from, Consumer<Erasure> remember) {
        this.storage = storage;
        this.now = from;
        this.remember = remember;
    }

    /** What there is to erase, before anything is. */
    static Erasure intend(EncryptedStorage storage) {
        List<Disk> disks = new ArrayList<>();
        String unread = storage.devices().isEmpty() ? "no encrypted device is configured" : null;
        for (String device : storage.devices()) {
            try {
                EncryptedStorage.Slots found = storage.read(device);
                disks.add(Disk.intended(device, found.digest(), found.headerBytes()));
            } catch (EncryptedStorage.Failed e) {
                unread = unread == null ? e.getMessage() : unread;
            }
        }
        return new Erasure(disks, unread);
    }

    /**
     * Carries out what is left.
     *
     * @throws StepFailed when not all is proven to be gone
     */
    void carryOut() {
        if (now.unread() != null) {
            failure = new StepFailed(Step.ReadSlots.name(), now.unread());
        }
        now.disks().stream().filter(disk -> !disk.hasNoSlots()).forEach(this::eraseSlots);
        now.disks().stream()
                .filter(disk -> disk.hasNoSlots() && !disk.headerOverwritten())
                .forEach(this::overwriteHeader);
        if (failure != null) {
            throw failure;
        }
    }

    /** How far it has come. */
    Erasure now() {
        return now;
    }

    private void eraseSlots(Disk disk) {
        Step step = Step.EraseSlots;
        try {
            storage.eraseSlots(disk.device());
            step = Step.VerifySlots;
            Disk after = disk.readBack(storage.read(disk.device()).digest());
            if (after.hasNoSlots()) {
                further(after);
            } else {
                // The receipt says what is left; a repeat after a kill erases again.
                now = now.with(after);
                fail(step, disk.device() + ": key slots are left");
            }
        } catch (EncryptedStorage.Failed e) {
            fail(step, String.valueOf(e.getMessage()));
        }
    }

    private void overwriteHeader(Disk disk) {
        Step step = Step.OverwriteHeader;
        try {
            storage.overwrite(disk.device(), disk.headerBytes());
            step = Step.VerifyHeader;
            if (storage.isOverwritten(disk.device(), disk.headerBytes())) {
                further(disk.overwritten());
            } else {
                fail(step, disk.device() + ": a header is left");
            }
        } catch (EncryptedStorage.Failed e) {
            fail(step, String.valueOf(e.getMessage()));
        }
    }

    private void further(Disk disk) {
        now = now.with(disk);
        remember.accept(now);
    }

    private void fail(Step step, String message) {
        if (failure == null) {
            failure = new StepFailed(step.name(), message);
        }
    }
}
