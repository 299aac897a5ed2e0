package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.diskEncryption}: measured only, because a disk in use cannot be encrypted safely from afar. Below
 * {@code --root} too it is the machine's disks that are measured.
 */
public final class DiskEncryptionDriver extends MeasuredDriver {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    static final byte[] LUKS = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
    private static final int BLANK = 1 << 20;

    private static final Map<String, Fields.Check> FIELDS = Map.of("required", Fields::flag);

    private final Programs programs;
    private final RawDevices devices;

    /** A driver for the machine's disks. */
    public DiskEncryptionDriver(Programs programs, RawDevices devices) {
        super("encryption is measured, not set");
        this.programs = programs;
        this.devices = devices;
    }

    @Override
    public String key() {
        return "diskEncryption";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        return Fields.split(key(), value, FIELDS);
    }

    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return BooleanNode.valueOf(one.asBoolean() || other.asBoolean());
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        BlockDevices found = list();
        return found != null && found.fixedDisks() == 0
                ? Map.of("diskEncryption", "this device has no fixed disk")
                : Map.of();
    }

    @Override
    public void measure(FactSheet sheet) {
        BlockDevices found = list();
        if (found == null || found.fixedDisks() == 0) {
            String reason = found == null ? "lsblk is not installed or lists nothing" : "this device has no fixed disk";
            sheet.unmeasured("diskEncryption.encrypted", reason);
            sheet.unmeasured("diskEncryption.unencrypted", reason);
            return;
        }
        sheet.put("diskEncryption.encrypted", found.unencrypted().isEmpty());
        sheet.put("diskEncryption.unencrypted", found.unencrypted());
    }

    private @Nullable BlockDevices list() {
        String lsblk = programs.find("lsblk");
        if (lsblk == null) {
            return null;
        }
        Subprocess.Ended ended =
                Subprocess.run(LIMIT, List.of(lsblk, "--json", "--bytes", "--output", BlockDevices.COLUMNS));
        return ended.isGood() ? BlockDevices.read(ended.output(), this::probe) : null;
    }

    /** What lsblk does not know, udev being absent or slow: whether there is a LUKS header, or nothing at all. */
    private BlockDevices.Content probe(String name) {
        try {
            if (devices.startsWith("/dev/" + name, LUKS)) {
                return BlockDevices.Content.Encrypted;
            }
            return devices.isZero("/dev/" + name, BLANK) ? BlockDevices.Content.Blank : BlockDevices.Content.Unknown;
        } catch (StoreFailed | UnsafePath e) {
            return BlockDevices.Content.Unknown;
        }
    }
}
