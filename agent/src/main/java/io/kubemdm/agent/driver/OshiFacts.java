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
        ObjectNode absent = JsonNodeFactory.instance.objectNode();
        once(facts, absent, "os", this::os);
        once(facts, absent, "hardware", this::hardware);
        once(facts, absent, "cpu", this::cpu);
        measure(
                facts,
                absent,
                "hostname",
                () -> TextNode.valueOf(
                        system.getOperatingSystem().getNetworkParams().getHostName()));
        measure(facts, absent, "memory", this::memory);
        measure(facts, absent, "disk", this::disk);
        measure(
                facts,
                absent,
                "uptimeSeconds",
                () -> LongNode.valueOf(system.getOperatingSystem().getSystemUptime()));
        JsonNode serial = facts.getOrDefault("hardware", JsonNodeFactory.instance.objectNode())
                .path("serialNumber");
        if (serial.isMissingNode() && !absent.has("hardware")) {
            absent.put("hardware.serialNumber", "the firmware gives none, or only to root");
        }
        if (!absent.isEmpty()) {
            facts.put("absent", absent);
        }
        return facts;
    }

    private void once(Map<String, JsonNode> facts, ObjectNode absent, String name, Supplier<JsonNode> measurement) {
        JsonNode known = unchanging.get(name);
        if (known == null) {
            measure(unchanging, absent, name, measurement);
            known = unchanging.get(name);
        }
        if (known != null) {
            facts.put(name, known);
        }
    }

    private static void measure(
            Map<String, JsonNode> facts, ObjectNode absent, String name, Supplier<JsonNode> measurement) {
        try {
            facts.put(name, measurement.get());
        } catch (RuntimeException | LinkageError e) {
            absent.put(name, "cannot be measured: " + e.getClass().getSimpleName());
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

    private JsonNode hardware() {
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
