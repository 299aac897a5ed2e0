package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.ComputerSystem;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSFileStore;
import oshi.software.os.OperatingSystem;

/** Facts of the machine by OSHI. What one measurement cannot give does not take the others away. */
public final class OshiFacts implements FactSource {

    private final SystemInfo system = new SystemInfo();
    private final Map<String, JsonNode> unchanging = new LinkedHashMap<>();

    @Override
    public String osVersion() {
        try {
            OperatingSystem os = system.getOperatingSystem();
            return os.getFamily() + " " + os.getVersionInfo().getVersion();
        } catch (RuntimeException | LinkageError e) {
            return System.getProperty("os.name") + " " + System.getProperty("os.version");
        }
    }

    @Override
    public Map<String, JsonNode> collect() {
        Map<String, JsonNode> facts = new LinkedHashMap<>();
        ObjectNode unmeasured = JsonNodeFactory.instance.objectNode();
        once(facts, unmeasured, "os", this::os);
        once(facts, unmeasured, "hardware", this::hardware);
        once(facts, unmeasured, "cpu", this::cpu);
        measure(
                facts,
                unmeasured,
                "hostname",
                () -> TextNode.valueOf(
                        system.getOperatingSystem().getNetworkParams().getHostName()));
        measure(facts, unmeasured, "memory", this::memory);
        measure(facts, unmeasured, "disk", this::disk);
        measure(
                facts,
                unmeasured,
                "uptimeSeconds",
                () -> LongNode.valueOf(system.getOperatingSystem().getSystemUptime()));
        JsonNode serial = facts.getOrDefault("hardware", JsonNodeFactory.instance.objectNode())
                .path("serialNumber");
        if (serial.isMissingNode() && !unmeasured.has("hardware")) {
            unmeasured.put("hardware.serialNumber", "the firmware gives none, or only to root");
        }
        if (!unmeasured.isEmpty()) {
            facts.put(FactSheet.UNMEASURED, unmeasured);
        }
        return facts;
    }

    private void once(Map<String, JsonNode> facts, ObjectNode unmeasured, String name, Supplier<JsonNode> measurement) {
        JsonNode known = unchanging.get(name);
        if (known == null) {
            measure(unchanging, unmeasured, name, measurement);
            known = unchanging.get(name);
        }
        if (known != null) {
            facts.put(name, known);
        }
    }

    private static void measure(
            Map<String, JsonNode> facts, ObjectNode unmeasured, String name, Supplier<JsonNode> measurement) {
        try {
            facts.put(name, measurement.get());
        } catch (RuntimeException | LinkageError e) {
            unmeasured.put(name, "cannot be measured: " + e.getClass().getSimpleName());
        }
    }

    private JsonNode os() {
        OperatingSystem os = system.getOperatingSystem();
        OperatingSystem.OSVersionInfo version = os.getVersionInfo();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("family", os.getFamily())
                .put("version", version.getVersion())
                .put("bits", os.getBitness());
        put(node, "codeName", version.getCodeName());
        put(node, "build", version.getBuildNumber());
        put(node, "kernel", System.getProperty("os.version"));
        put(node, "architecture", System.getProperty("os.arch"));
        return node;
    }

    /** Vendor, model, serial number and firmware, as far as they can be known; the object is empty when nothing is. */
    public JsonNode hardware() {
        ComputerSystem computer = system.getHardware().getComputerSystem();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "vendor", computer.getManufacturer());
        put(node, "model", computer.getModel());
        put(node, "serialNumber", computer.getSerialNumber());
        put(node, "firmwareVersion", computer.getFirmware().getVersion());
        return node;
    }

    private JsonNode cpu() {
        CentralProcessor cpu = system.getHardware().getProcessor();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "model", cpu.getProcessorIdentifier().getName().strip());
        return node.put("cores", cpu.getPhysicalProcessorCount()).put("threads", cpu.getLogicalProcessorCount());
    }

    private JsonNode memory() {
        GlobalMemory memory = system.getHardware().getMemory();
        return JsonNodeFactory.instance
                .objectNode()
                .put("totalBytes", memory.getTotal())
                .put("availableBytes", memory.getAvailable());
    }

    private JsonNode disk() {
        for (OSFileStore store : system.getOperatingSystem().getFileSystem().getFileStores(true)) {
            if (store.getMount().equals("/")) {
                return JsonNodeFactory.instance
                        .objectNode()
                        .put("totalBytes", store.getTotalSpace())
                        .put("usableBytes", store.getUsableSpace());
            }
        }
        throw new IllegalStateException("no root file system is listed");
    }

    private static void put(ObjectNode node, String name, String value) {
        if (value != null && !value.isBlank() && !value.equalsIgnoreCase("unknown")) {
            node.put(name, value.length() <= 256 ? value : value.substring(0, 256));
        }
    }
}
