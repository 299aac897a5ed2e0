package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.controlplane.Kubectl.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * One namespace of the region with its devices, seen through the real kubectl only.
 *
 * @param region where it is
 * @param namespace its name
 */
public record Tenant(StoryRegion region, String namespace) {

    /** How long a change may take to come round on a busy machine. */
    static final Duration SOON = Duration.ofSeconds(45);

    /** Runs kubectl in this namespace. */
    String kubectl(String... words) {
        List<String> all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(words));
        return region.kubectl().run(all.toArray(String[]::new));
    }

    /** Applies a sample exactly as it is. */
    void apply(Path file) {
        kubectl("apply", "-f", file.toString());
    }

    /** Applies a sample for a device, as {@code sed s/DEVICE/…/} does. */
    void apply(Path file, String device) {
        try {
            apply(Files.readString(file).replace("DEVICE", device));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies YAML. */
    void apply(String yaml) {
        Result result = tryApply(yaml);
        if (!result.ok()) {
            throw new IllegalStateException(result.err());
        }
    }

    /** Applies YAML and returns what kubectl says. */
    Result tryApply(String yaml) {
        return region.kubectl().tryRun(yaml, List.of("-n", namespace, "apply", "-f", "-"));
    }

    /** An object, as it is now. */
    JsonNode get(String kind, String name) {
        return json(kubectl("get", kind, name, "-o", "json"));
    }

    /** All objects of a kind, as they are now. */
    List<JsonNode> list(String kind) {
        JsonNode list = json(kubectl("get", kind, "-o", "json"));
        return StreamSupport.stream(list.get("items").spliterator(), false).toList();
    }

    /** The names of its devices, sorted. */
    List<String> deviceNames() {
        return list("mdev").stream()
                .map(d -> d.at("/metadata/name").asText())
                .sorted()
                .toList();
    }

    /** Its devices' own side. */
    List<DeviceSide> sides(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> new DeviceSide(region.folder(), namespace + "-" + n))
                .toList();
    }

    void awaitOnline(int devices) {
        await("devices of " + namespace + " are online")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> {
                    List<JsonNode> all = list("mdev");
                    assertThat(all).hasSize(devices);
                    assertThat(all).allSatisfy(device -> assertThat(
                                    device.at("/status/connection/state").asText())
                            .isEqualTo("Online"));
                });
    }

    /** The state of a policy line on a device, or an empty text. */
    static String policyState(JsonNode device, String line) {
        return StreamSupport.stream(device.at("/status/policies").spliterator(), false)
                .filter(p -> p.get("policy").asText().equals(line))
                .map(p -> p.get("state").asText())
                .findFirst()
                .orElse("");
    }

    /** The version of a policy line on a device, or an empty text. */
    static String policyVersion(JsonNode device, String line) {
        return StreamSupport.stream(device.at("/status/policies").spliterator(), false)
                .filter(p -> p.get("policy").asText().equals(line))
                .map(p -> p.path("version").asText())
                .findFirst()
                .orElse("");
    }

    /** {@code status/reason} of a condition, such as {@code True/Applied}. */
    static String condition(JsonNode object, String type) {
        return StreamSupport.stream(object.at("/status/conditions").spliterator(), false)
                .filter(c -> c.get("type").asText().equals(type))
                .map(c -> c.get("status").asText() + "/" + c.get("reason").asText())
                .findFirst()
                .orElse("");
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
