package io.kubemdm.agent.order;

import io.kubemdm.protocol.order.StorageEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far an erase of encrypted devices has come. On disk before its first step and after each:
 *
 * <pre>
 * intended ──▶ slots empty (read back) ──▶ headers overwritten (read back)
 * </pre>
 *
 * All devices lose their keys before the first header goes, because that is what makes the data unreadable.
 *
 * @param disks the devices that could be read when it began
 * @param unread what the others said, null when all could be read; then it can never be completed
 */
public record Erasure(List<Disk> disks, @Nullable String unread) {

    public Erasure {
        disks = List.copyOf(disks);
    }

    /**
     * One device.
     *
     * @param slotsBefore see {@link StorageEvidence#slotsBefore}
     * @param headerBytes from the device's start: both headers and the key slots' areas
     * @param slotsAfter read back after the erase; null before
     */
    public record Disk(
            String device,
            String slotsBefore,
            long headerBytes,
            @Nullable String slotsAfter,
            boolean headerOverwritten) {
        public Disk {
            Objects.requireNonNull(device, "device");
            Objects.requireNonNull(slotsBefore, "slotsBefore");
        }

        /** Before anything was done. */
        public static Disk intended(String device, String slotsBefore, long headerBytes) {
            return new Disk(device, slotsBefore, headerBytes, null, false);
        }

        /** Whether its keys are gone. */
        public boolean hasNoSlots() {
            return StorageEvidence.NO_SLOTS.equals(slotsAfter);
        }

        /** With what was read back after the slots' erase. */
        public Disk readBack(String digest) {
            return new Disk(device, slotsBefore, headerBytes, digest, headerOverwritten);
        }

        /** With its headers gone. */
        public Disk overwritten() {
            return new Disk(device, slotsBefore, headerBytes, slotsAfter, true);
        }
    }

    /** With one device further on. */
    public Erasure with(Disk further) {
        List<Disk> now = new ArrayList<>(disks);
        now.replaceAll(disk -> disk.device().equals(further.device()) ? further : disk);
        return new Erasure(now, unread);
    }

    /** What can be sworn of it now: every device that was read back. */
    public List<StorageEvidence> evidence() {
        List<StorageEvidence> evidence = new ArrayList<>();
        for (Disk disk : disks) {
            if (disk.slotsAfter() != null) {
                evidence.add(new StorageEvidence(
                        disk.device(), disk.slotsBefore(), disk.slotsAfter(), disk.headerOverwritten()));
            }
        }
        return evidence;
    }
}
