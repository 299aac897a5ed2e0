package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line that {@code kubemdm token create} prints is all that a device needs. */
class EnrolCommandStoryTest {

    @TempDir
    Path dir;

    private final StoryRegion region = StoryRegion.shared();

    @Test
    void thePrintedLineEnrolsAsManyDevicesAsTheTokenAllowsAndNoMore() throws Exception {
        Path root = region.folder().pki().resolve("root/tls.crt");
        String pin = Digest.of(Pem.certificates(Files.readString(root))
                .getFirst()
                .getPublicKey()
                .getEncoded());
        Said minted = say(List.of(
                "kubemdm",
                "token",
                "create",
                "by-hand",
                "-n",
                "default",
                "--max-uses",
                "1",
                "-l",
                "story=by-hand",
                "--ca-pin",
                pin,
                "-o",
                "json"));
        assertThat(minted.exit()).as(minted.text()).isZero();
        String line = Json.read(minted.text().getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .get("command")
                .asText();

        Said first = enrol(line, "first");
        Said second = enrol(line, "second");

        assertThat(first.exit()).as(first.text()).isZero();
        assertThat(second.exit()).isNotZero();
        assertThat(second.text()).contains("maxUses 1");
        await("the device").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(region.kubectl()
                        .run("get", "mdev", "-n", "default", "-l", "story=by-hand", "-o", "name")
                        .lines())
                .hasSize(1));
    }

    private Said enrol(String line, String device) throws Exception {
        Path root = Files.createDirectories(dir.resolve(device));
        return say(Stream.concat(Stream.of(line.split(" ", -1)), Stream.of("--root", root.toString()))
                .toList());
    }

    private record Said(int exit, String text) {}

    /** Runs a program of the region as somebody who did {@code eval "$(make -s env)"}. */
    private Said say(List<String> words) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(
                                region.folder().bin().resolve(words.getFirst()).toString()),
                        words.stream().skip(1))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(region.variables());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
