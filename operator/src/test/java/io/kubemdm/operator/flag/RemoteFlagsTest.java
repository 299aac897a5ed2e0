package io.kubemdm.operator.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.operator.flag.OfrepServer.Answer;
import io.kubemdm.protocol.device.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags of a service that really answers over HTTP. */
class RemoteFlagsTest {

    private static final int PER_SECOND = 5;

    private final BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private OfrepServer server;
    private RemoteFlags flags;

    @BeforeEach
    void begin() throws IOException {
        server = new OfrepServer(0);
        Path token = folder.resolve("token");
        Files.writeString(token, "secret\n");
        flags = RemoteFlags.start(server.url(), token, PER_SECOND, Duration.ofMillis(50));
        flags.onChange(changes::add);
        flags.wanted(Set.of("gate"));
    }

    @AfterEach
    void end() {
        flags.close();
        server.close();
    }

    @Test
    void aFlagThatLooksAtNoDeviceIsAskedOnceForAll() {
        server.answer((key, context) -> Answer.flag(true, "STATIC"));
        // Nobody is asked about before all fifty are known.
        flags.wanted(Set.of());
        for (int i = 0; i < 50; i++) {
            assertThat(ask(i).message()).contains("has not been asked yet");
        }
        flags.wanted(Set.of("gate"));

        await().untilAsserted(() -> assertThat(ask(49).word()).isEqualTo(Word.ON));
        assertThat(ask(0).word()).isEqualTo(Word.ON);
        assertThat(new HashSet<>(server.asked())).as("asked about").hasSize(1);
        assertThat(server.authorization()).isEqualTo("Bearer secret");
        polledTwice();
        assertThat(changes).isNotEmpty().containsOnly(Set.of("gate"));
        changes.clear();
        polledTwice();
        assertThat(changes).as("told of an answer that stays as it is").isEmpty();

        server.answer((key, context) -> Answer.flag(false, "DISABLED"));
        await().untilAsserted(() -> assertThat(ask(49).word()).isEqualTo(Word.OFF));
    }

    /** Whoever was to be told of what the last question but one brought has been told then. */
    private void polledTwice() {
        int before = server.asked().size();
        await().until(() -> server.asked().size() >= before + 2);
    }

    @Test
    void aFlagWithRulesIsAskedAboutEachDeviceSoManyASecond() {
        server.answer((key, context) -> Answer.flag(
                key.equals("gate")
                        && context.path("labels").path("number").asInt() % 2 == 0
                        && context.path("platform").asText().equals("Linux"),
                "TARGETING_MATCH"));
        int devices = 2 * PER_SECOND;
        for (int i = 0; i < devices; i++) {
            ask(i);
        }

        await().untilAsserted(() -> {
            for (int i = 0; i < devices; i++) {
                assertThat(ask(i).word()).isEqualTo(i % 2 == 0 ? Word.ON : Word.OFF);
            }
        });
        assertThat(server.asked().subList(0, devices)).doesNotHaveDuplicates();

        server.answer((key, context) -> Answer.flag(false, "TARGETING_MATCH"));
        await("asked again and again")
                .untilAsserted(() -> assertThat(ask(0).word()).isEqualTo(Word.OFF));
        flags.forget(new DeviceId("acme", "d-0"));
    }

    @Test
    void whateverIsNoAnswerIsUnreachableAndSaid() {
        Map<Answer, String> answers = Map.of(
                new Answer(404, "{\"key\": \"gate\", \"errorCode\": \"FLAG_NOT_FOUND\"}"),
                        "Flag gate is missing or disabled",
                new Answer(400, "{\"key\": \"gate\", \"errorCode\": \"TARGETING_KEY_MISSING\"}"),
                        "TARGETING_KEY_MISSING",
                new Answer(401, ""), "it refuses the operator's token",
                new Answer(500, "{\"errorDetails\": \"out of order\"}"), "it answers 500",
                new Answer(200, "{\"key\": \"gate\", \"value\": \"on\"}"), "is not boolean",
                new Answer(200, "{\"key\": \"gate\", \"reason\": \"DEFAULT\"}"), "it leaves the value to whoever asks",
                new Answer(200, "<html>"), "its answer is no JSON",
                new Answer(200, "{\"value\": true" + " ".repeat(OfrepProvider.MAX_ANSWER) + "}"),
                        "the answer is longer than 65536 bytes");

        answers.forEach((answer, message) -> {
            server.answer((key, context) -> Answer.flag(true, "STATIC"));
            await().untilAsserted(() -> assertThat(ask(1).word()).isEqualTo(Word.ON));
            server.answer((key, context) -> answer);
            await(message).untilAsserted(() -> {
                assertThat(ask(1).word()).isEqualTo(Word.UNREACHABLE);
                assertThat(ask(1).message()).contains(message);
            });
        });
    }

    @Test
    void aServiceThatIsAwayIsUnreachableUntilItIsBack() throws IOException {
        server.answer((key, context) -> Answer.flag(true, "TARGETING_MATCH"));
        ask(1);
        await().untilAsserted(() -> assertThat(ask(1).word()).isEqualTo(Word.ON));
        int port = server.port();
        server.close();
        await().untilAsserted(() -> assertThat(ask(1).word()).isEqualTo(Word.UNREACHABLE));

        server = new OfrepServer(port);
        server.answer((key, context) -> Answer.flag(false, "TARGETING_MATCH"));
        await().untilAsserted(() -> assertThat(ask(1).word()).isEqualTo(Word.OFF));
    }

    private FlagAnswer ask(int number) {
        return flags.ask(
                "gate",
                new FlagContext(
                        new DeviceId("acme", "d-" + number),
                        "Linux",
                        "Corporate",
                        Map.of("number", Integer.toString(number))));
    }
}
