package io.kubemdm.testbed.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.region.RegionFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A device as somebody who sits before it sees it: its file tree and its agent's process.
 *
 * @param folder the region's
 * @param agent {@code namespace-number}
 */
record DeviceSide(RegionFolder folder, String agent) {

    private static final String STATE = "/var/lib/kubemdm-agent/";

    /** A path on the device. */
    Path path(String absolute) {
        return folder.agents().resolve(agent).resolve("root").resolve(absolute.substring(1));
    }

    /** The content of a file on the device; empty when there is none. */
    String read(String absolute) {
        try {
            return Files.exists(path(absolute), LinkOption.NOFOLLOW_LINKS) ? Files.readString(path(absolute)) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes as somebody with root on the device would. */
    void write(String absolute, String content) {
        try {
            Files.createDirectories(path(absolute).getParent());
            Files.writeString(path(absolute), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Permissions, such as {@code rw-r--r--}. */
    String mode(String absolute) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path(absolute)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void chmod(String absolute, String permissions) {
        try {
            Files.setPosixFilePermissions(path(absolute), PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The device's name, from the identity on its disk. */
    String name() {
        String device = identity().get("device").asText();
        return device.substring(device.indexOf('/') + 1);
    }

    /** The identity document on its disk. */
    JsonNode identity() {
        try {
            return Json.read(Files.readAllBytes(path(STATE + "identity.json")), JsonNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The PEM of its identity key. */
    String keyPem() {
        return read(STATE + "keys/" + identity().get("key").asText() + ".pem");
    }

    /** Whether its identity is still on its disk. */
    boolean isEnrolled() {
        return Files.exists(path(STATE + "identity.json"));
    }

    /** Sends the device to other gateways from its next start on. */
    void useGateway(String hostAndPort) {
        ObjectNode changed = (ObjectNode) identity();
        changed.putArray("gateways").add(hostAndPort);
        write(STATE + "identity.json", new String(Json.write(changed), java.nio.charset.StandardCharsets.UTF_8));
        signal("KILL");
    }

    /** Sends a signal to its agent's process. */
    void signal(String name) {
        List<ProcessHandle> processes = Marks.of(folder.path()).stream()
                .filter(one -> one.part().equals("agent-" + agent))
                .map(Marks.Marked::process)
                .toList();
        try {
            for (ProcessHandle process : processes) {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
