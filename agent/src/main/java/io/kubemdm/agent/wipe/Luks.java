package io.kubemdm.agent.wipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * LUKS2 devices by {@code cryptsetup} (cryptsetup-luksErase(8), LUKS2 On-Disk Format Specification 1.1.1). Overwriting is
 * ours: cryptsetup keeps the headers, and puts a broken first one back from the second.
 */
public final class Luks implements EncryptedStorage {

    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final Duration ERASE_LIMIT = Duration.ofMinutes(2);

    /** Of each header, before its JSON area (specification §2.1). */
    private static final long BINARY_HEADER = 4096;

    private static final long LARGEST_HEADER = 4L << 20;
    private static final long LARGEST_SLOTS = 128L << 20;

    private final RawDevices raw;
    private final String cryptsetup;
    private final List<String> devices;

    /**
     * Devices below a root.
     *
     * @param cryptsetup path of the program
     * @param devices absolute paths, below the root
     */
    public Luks(RawDevices raw, String cryptsetup, List<String> devices) {
        this.raw = raw;
        this.cryptsetup = cryptsetup;
        this.devices = List.copyOf(devices);
    }

    @Override
    public List<String> devices() {
        return devices;
    }

    @Override
    public Slots read(String device) {
        JsonNode metadata = metadata(device);
        JsonNode slots = metadata.path("keyslots");
        if (!slots.isObject()) {
            throw new Failed(device, "its metadata has no key slots");
        }
        return new Slots(Digest.of(Json.canonical(slots)), headerBytes(device, metadata));
    }

    @Override
    public void eraseSlots(String device) {
        require(device, run(ERASE_LIMIT, device, "luksErase", "--batch-mode"));
        // luksErase leaves slots that are bound to no segment; their passphrases may be those of others.
        for (String slot : names(metadata(device).path("keyslots"))) {
            require(
                    device,
                    Subprocess.run(
                            ERASE_LIMIT, List.of(cryptsetup, "luksKillSlot", "--batch-mode", path(device), slot)));
        }
    }

    @Override
    public void overwrite(String device, long bytes) {
        try {
            raw.zero(device, bytes);
        } catch (StoreFailed | UnsafePath e) {
            throw new Failed(device, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean isOverwritten(String device, long bytes) {
        try {
            // The program must be there to say no: that it cannot be run is no answer.
            return raw.isZero(device, bytes)
                    && run(READ_LIMIT, device, "isLuks").code() == NOT_LUKS
                    && run(READ_LIMIT, device, "luksDump").code() == NOT_LUKS;
        } catch (StoreFailed | UnsafePath e) {
            throw new Failed(device, String.valueOf(e.getMessage()));
        }
    }

    /** cryptsetup's exit code for wrong parameters, which a device without header is (cryptsetup(8), return codes). */
    private static final int NOT_LUKS = 1;

    private JsonNode metadata(String device) {
        Subprocess.Ended dump = run(READ_LIMIT, device, "luksDump", "--dump-json-metadata");
        require(device, dump);
        try {
            return Json.read(dump.output().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        } catch (MalformedJson e) {
            throw new Failed(device, "its metadata cannot be read: " + e.getMessage());
        }
    }

    /** Both headers and the slots' areas behind them; never into data, wherever that begins. */
    private static long headerBytes(String device, JsonNode metadata) {
        long header = number(metadata.path("config").path("json_size")) + BINARY_HEADER;
        long slots = number(metadata.path("config").path("keyslots_size"));
        if (header <= BINARY_HEADER || header > LARGEST_HEADER || slots < 0 || slots > LARGEST_SLOTS) {
            throw new Failed(device, "its metadata gives no sizes of headers and key slots");
        }
        long data = Long.MAX_VALUE;
        for (JsonNode segment : metadata.path("segments")) {
            data = Math.min(data, number(segment.path("offset")));
        }
        // Of a detached header data may begin anywhere: then the headers only.
        return data > 2 * header ? Math.min(2 * header + slots, data) : 2 * header;
    }

    /** LUKS2 writes 64-bit numbers as text; −1 for what is none. */
    private static long number(JsonNode text) {
        try {
            return Long.parseLong(text.asText());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> each = object.fieldNames(); each.hasNext(); ) {
            names.add(each.next());
        }
        return names;
    }

    private Subprocess.Ended run(Duration limit, String device, String... action) {
        List<String> command = new ArrayList<>(List.of(cryptsetup));
        command.addAll(List.of(action));
        command.add(path(device));
        return Subprocess.run(limit, command);
    }

    private String path(String device) {
        try {
            return raw.locate(device);
        } catch (UnsafePath | StoreFailed e) {
            throw new Failed(device, String.valueOf(e.getMessage()));
        }
    }

    private static void require(String device, Subprocess.Ended ended) {
        if (!ended.isGood()) {
            throw new Failed(device, "cryptsetup: " + ended.error());
        }
    }
}
