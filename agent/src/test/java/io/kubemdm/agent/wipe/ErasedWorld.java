package io.kubemdm.agent.wipe;

import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.StorageEvidence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a killed agent: two encrypted devices, company data, the disk, the outbox. It keeps a log of everything
 * that cannot be taken back. A device may have a fault; it is no LUKS, which {@link LuksTest} is about.
 */
final class ErasedWorld implements DeviceActs, EncryptedStorage, Departure.Mail {

    /** What is wrong with the first device. */
    enum Fault {
        Unreadable,
        EraseRefused,
        SlotLeft,
        UnreadableAfter,
        OverwriteRefused,
        HeaderLeft
    }

    static final String FIRST = "/dev/a";
    static final String SECOND = "/dev/b";
    private static final long HEADER = 32 << 10;

    final List<String> log = new ArrayList<>();
    final Map<String, String> outbox = new LinkedHashMap<>();
    final Set<String> receipts = new HashSet<>();
    final MemoryStore disk = new MemoryStore();
    final Set<String> data = new TreeSet<>(Set.of("/opt/kubemdm/plans", "/opt/kubemdm/salaries"));
    String boot = "first";
    private final @Nullable Fault fault;
    private final Map<String, Integer> slots = new HashMap<>(Map.of(FIRST, 2, SECOND, 1));
    private final Set<String> headers = new HashSet<>(Set.of(FIRST, SECOND));

    ErasedWorld(@Nullable Fault fault) {
        this.fault = fault;
    }

    /** Whether nothing opens the device any more. */
    boolean isGone(String device) {
        return slots.getOrDefault(device, 0) == 0 && !headers.contains(device);
    }

    private boolean has(Fault one, String device) {
        return fault == one && device.equals(FIRST);
    }

    @Override
    public List<String> devices() {
        return List.of(FIRST, SECOND);
    }

    @Override
    public Slots read(String device) {
        int left = slots.getOrDefault(device, 0);
        if (has(Fault.Unreadable, device) || (left == 0 && has(Fault.UnreadableAfter, device))) {
            throw new Failed(device, "input/output error");
        }
        if (!headers.contains(device)) {
            throw new Failed(device, "is no LUKS device");
        }
        return new Slots(
                left == 0 ? StorageEvidence.NO_SLOTS : Digest.of((device + left).getBytes(StandardCharsets.UTF_8)),
                HEADER);
    }

    @Override
    public void eraseSlots(String device) {
        if (has(Fault.EraseRefused, device)) {
            throw new Failed(device, "device is busy");
        }
        log.add("erase " + device);
        slots.put(device, has(Fault.SlotLeft, device) ? 1 : 0);
    }

    @Override
    public void overwrite(String device, long bytes) {
        if (has(Fault.OverwriteRefused, device)) {
            throw new Failed(device, "read-only");
        }
        if (slots.getOrDefault(device, 0) > 0 || bytes != HEADER) {
            throw new AssertionError("overwritten before its slots were empty, or not as long as planned");
        }
        log.add("overwrite " + device);
        if (!has(Fault.HeaderLeft, device)) {
            headers.remove(device);
        }
    }

    @Override
    public boolean isOverwritten(String device, long bytes) {
        return !headers.contains(device);
    }

    @Override
    public void lock() {
        throw new AssertionError("nobody asked");
    }

    @Override
    public void unlock() {
        throw new AssertionError("nobody asked");
    }

    @Override
    public boolean isLocked() {
        return false;
    }

    @Override
    public List<String> companyData() {
        return List.copyOf(data);
    }

    @Override
    public void erase(String item) {
        log.add("erase " + item);
        data.remove(item);
    }

    @Override
    public EncryptedStorage storage() {
        return this;
    }

    @Override
    public Map<CommandType, Refusal> refused() {
        return new EnumMap<>(CommandType.class);
    }

    @Override
    public void powerOff() {
        log.add("off");
    }

    @Override
    public String bootId() {
        return boot;
    }

    @Override
    public boolean isWaiting(String id) {
        return outbox.containsKey(id);
    }

    @Override
    public void handIn(String id, String receipt) {
        outbox.put(id, receipt);
        receipts.add(receipt);
    }

    /** Kafka has it. */
    void acknowledge() {
        if (!outbox.isEmpty()) {
            outbox.clear();
            log.add("acknowledged");
        }
    }

    /** The disk, which tells when the identity's key goes. */
    Store store() {
        return new Store() {
            @Override
            public byte @Nullable [] read(String name) {
                return disk.read(name);
            }

            @Override
            public void write(String name, byte[] content) {
                disk.write(name, content);
            }

            @Override
            public void delete(String name) {
                if (name.startsWith("keys/")) {
                    log.add("key destroyed");
                }
                disk.delete(name);
            }

            @Override
            public List<String> list(String folder) {
                return disk.list(folder);
            }
        };
    }
}
