package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fixed disks of {@code lsblk --json} (lsblk(8)), and what on them is not encrypted: whatever has content that is not
 * below a LUKS or BitLocker header. Partitions that a machine must read before it can decrypt, and those that only hold others, are not counted.
 *
 * @param fixedDisks how many
 * @param unencrypted names of disks and partitions, at most 64
 */
record BlockDevices(int fixedDisks, List<String> unencrypted) {

    static final String COLUMNS = "NAME,TYPE,FSTYPE,PARTTYPENAME,RM,HOTPLUG,TRAN,SIZE,MOUNTPOINT";

    private static final int MAX_NAMES = 64;
    private static final int MAX_DEPTH = 16;
    private static final Set<String> ENCRYPTED = Set.of("crypto_luks", "bitlocker");
    private static final Set<String> BOOT_MOUNTS = Set.of("/boot", "/boot/efi", "/efi");
    private static final Set<String> BOOT_TYPES =
            Set.of("efi system", "bios boot", "linux extended boot", "extended", "w95 ext'd (lba)", "linux extended");

    /** Disks of memory, of images and of the network's other end. */
    private static final List<String> NO_DISKS = List.of("zram", "ram", "loop", "nbd", "fd", "sr", "dm-", "md");

    /** What a look at the device itself says. */
    enum Content {
        Encrypted,
        Blank,
        Unknown
    }

    /** Reads a listing; null when it is none. */
    static @Nullable BlockDevices read(String listing, Function<String, Content> probe) {
        JsonNode disks;
        try {
            disks = Json.read(listing.getBytes(StandardCharsets.UTF_8), JsonNode.class)
                    .path("blockdevices");
        } catch (MalformedJson e) {
            return null;
        }
        if (!disks.isArray()) {
            return null;
        }
        SortedSet<String> clear = new TreeSet<>();
        int fixed = 0;
        for (JsonNode disk : disks) {
            if (isFixed(disk)) {
                fixed++;
                look(disk, probe, clear, 0);
            }
        }
        return new BlockDevices(fixed, clear.stream().limit(MAX_NAMES).toList());
    }

    private static boolean isFixed(JsonNode disk) {
        String name = disk.path("name").asText();
        return disk.path("type").asText().equals("disk")
                && NO_DISKS.stream().noneMatch(name::startsWith)
                && !isTrue(disk.path("rm"))
                && !isTrue(disk.path("hotplug"))
                && !text(disk, "tran").equals("usb")
                && disk.path("size").asLong(1) > 0;
    }

    private static void look(JsonNode node, Function<String, Content> probe, SortedSet<String> clear, int depth) {
        String type = text(node, "fstype");
        if (ENCRYPTED.contains(type) || node.path("type").asText().equals("crypt") || isBoot(node)) {
            return;
        }
        JsonNode children = node.path("children");
        if (children.isArray() && !children.isEmpty()) {
            if (depth >= MAX_DEPTH) {
                clear.add(name(node));
            }
            children.forEach(child -> {
                if (depth < MAX_DEPTH) {
                    look(child, probe, clear, depth + 1);
                }
            });
            return;
        }
        boolean isUsed = !type.isEmpty() || !text(node, "mountpoint").isEmpty();
        if (isUsed || probe.apply(node.path("name").asText()) == Content.Unknown) {
            clear.add(name(node));
        }
    }

    private static boolean isBoot(JsonNode node) {
        return BOOT_MOUNTS.contains(text(node, "mountpoint")) || BOOT_TYPES.contains(text(node, "parttypename"));
    }

    private static String name(JsonNode node) {
        return Fields.cut(node.path("name").asText());
    }

    /** Older versions of lsblk write "1" for true. */
    private static boolean isTrue(JsonNode node) {
        return node.asBoolean() || node.asText().equals("1");
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNull() ? "" : value.asText().toLowerCase(Locale.ROOT);
    }
}
