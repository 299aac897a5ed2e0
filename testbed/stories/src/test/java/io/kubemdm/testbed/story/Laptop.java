package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A device whose approvers have keys of their own, with the real agent, and everything that people type at it.
 *
 * @param namespace its tenant
 * @param dir keys, logs
 * @param root its file tree
 * @param running the agent's process
 */
record Laptop(StoryRegion region, String namespace, Path dir, Path root, AtomicReference<@Nullable Process> running) {

    /** What a program said and how it ended. */
    record Said(int exit, String text) {}

    /** An empty one whose erase takes a disk image. */
    static Laptop in(StoryRegion region, String namespace, Path dir, Path root) throws IOException {
        Files.createDirectories(root.resolve("etc/kubemdm"));
        Files.createDirectories(root.resolve("var/lib"));
        Files.writeString(root.resolve("etc/kubemdm/agent.properties"), "erase.luksDevices = /var/lib/disk.img\n");
        return new Laptop(region, namespace, dir, root, new AtomicReference<>());
    }

    /** A file beside the device. */
    String file(String name) {
        return dir.resolve(name).toString();
    }

    /** Makes an SSH key for each and a file of their public keys. */
    void approvers(String file, List<String> people) throws Exception {
        List<String> keys = new ArrayList<>();
        for (String person : people) {
            expect(0, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file(person));
            keys.add(Files.readString(dir.resolve(person + ".pub")));
        }
        Files.writeString(dir.resolve(file), String.join("", keys));
    }

    /** Mints a token and enrols with it. */
    Said enrol(String token, String... more) throws Exception {
        Path ca = region.folder().pki().resolve("root/tls.crt");
        String pin = Digest.of(
                Pem.certificates(Files.readString(ca)).getFirst().getPublicKey().getEncoded());
        Said minted = expect(
                0,
                "kubemdm",
                "token",
                "create",
                token,
                "-n",
                namespace,
                "--max-uses",
                "1",
                "--ca-pin",
                pin,
                "-o",
                "json");
        String line = Json.read(minted.text().getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .get("command")
                .asText();
        List<String> command = new ArrayList<>(List.of(line.split(" ", -1)));
        command.addAll(List.of("--root", root.toString()));
        command.addAll(List.of(more));
        return say(command.toArray(String[]::new));
    }

    /** Starts its agent, which may erase. */
    void start() throws IOException {
        running.set(program(List.of("kubemdm-agent", "run", "--root", root.toString(), "--allow-destructive"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        dir.resolve("agent.log").toFile()))
                .start());
    }

    /** Kills its agent. */
    void stop() {
        Process process = running.getAndSet(null);
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** All that its agent has logged. */
    String log() {
        try {
            return Files.readString(dir.resolve("agent.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Said expect(int exit, String... words) throws IOException, InterruptedException {
        Said said = say(words);
        assertThat(said.exit()).as("%s: %s", List.of(words), said.text()).isEqualTo(exit);
        return said;
    }

    Said say(String... words) throws IOException, InterruptedException {
        Process process = program(List.of(words)).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    /** A program of the region, or of the machine, as somebody who did {@code eval "$(make -s env)"}. */
    private ProcessBuilder program(List<String> words) {
        Path ours = region.folder().bin().resolve(words.getFirst());
        List<String> command = new ArrayList<>(words);
        if (Files.exists(ours)) {
            command.set(0, ours.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> variables = new TreeMap<>(region.variables());
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        return builder;
    }
}
