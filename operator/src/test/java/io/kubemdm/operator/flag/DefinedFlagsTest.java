package io.kubemdm.operator.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.protocol.device.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real flagd provider on a real file. */
class DefinedFlagsTest {

    private static final FlagContext CANARY = context("d-a", Map.of("ring", "canary"));
    private static final FlagContext OTHER = context("d-b", Map.of("ring", "main"));

    private final BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private Path file;
    private DefinedFlags flags;

    @BeforeEach
    void begin() {
        file = folder.resolve(Definitions.KEY);
        flags = DefinedFlags.start(Definitions.file(file), Duration.ofMillis(100));
        flags.onChange(changes::add);
        flags.wanted(Set.of("gate"));
    }

    @AfterEach
    void end() {
        flags.close();
    }

    @Test
    void aRuleTellsDevicesApartByWhatTheyAre() throws IOException {
        write(gate("""
                {"if": [{"==": [{"var": "labels.ring"}, "canary"]}, "on", "off"]}"""));
        awaitAnswer(CANARY, Word.ON);
        assertThat(ask(OTHER).word()).isEqualTo(Word.OFF);

        for (String rule : new String[] {
            "{\"var\": \"platform\"}, \"Linux\"",
            "{\"var\": \"ownership\"}, \"Corporate\"",
            "{\"var\": \"namespace\"}, \"acme\"",
            "{\"var\": \"targetingKey\"}, \"acme/d-a\"",
            "{\"var\": \"labels.example_com/site\"}, \"berlin\""
        }) {
            changes.clear();
            write(gate("{\"if\": [{\"==\": [" + rule + "]}, \"on\", \"off\"]}"));
            await(rule).untilAsserted(() -> assertThat(changes).isNotEmpty());
            assertThat(ask(context("d-a", Map.of("example.com/site", "berlin"))).word())
                    .as(rule)
                    .isEqualTo(Word.ON);
        }
    }

    @Test
    void aChangeIsToldOnceAndNothingIsToldWithoutOne() throws IOException {
        write(gate("{}"));
        awaitAnswer(CANARY, Word.OFF);
        awaitQuiet(); // who asks may know it before the listeners have been told
        changes.clear();

        write(gate("{}").replace("\"defaultVariant\": \"off\"", "\"defaultVariant\": \"on\""));
        awaitAnswer(CANARY, Word.ON);

        await().during(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(changes).containsExactly(Set.of("gate")));
        assertThat(ask(CANARY).forAll()).as("no rule looks at the device").isTrue();
    }

    @Test
    void missingDisabledAndOtherThanBooleanAreUnreachableAndSaidWithARemedy() throws IOException {
        assertThat(ask(CANARY).word()).isEqualTo(Word.UNREACHABLE);
        await().untilAsserted(() -> assertThat(ask(CANARY).message())
                .isEqualTo("file " + file + " is missing: write the flag definitions there."));

        write("{\"flags\": {}}");
        awaitMessage(
                "Flag gate is missing or disabled in file " + file + ": define it, with true and false as variants.");

        write(gate("{}").replace("ENABLED", "DISABLED"));
        write(gate("{}").replace("true", "\"yes\"").replace("false", "\"no\""));
        awaitMessage("Flag gate in file " + file + " is not boolean: give it the variants true and false.");
    }

    @Test
    void rubbishIsSaidAndWhatWasSaidBeforeComesBack() throws IOException {
        write(gate("{}").replace("\"defaultVariant\": \"off\"", "\"defaultVariant\": \"on\""));
        awaitAnswer(CANARY, Word.ON);

        for (String rubbish : new String[] {
            "", "null", "[]", "flags", "{\"flags\": 7}", "{\"flags\": {\"gate\": null}}", "[".repeat(100_000), "\u0000"
        }) {
            write(rubbish);
            await(rubbish.substring(0, Math.min(20, rubbish.length()))).untilAsserted(() -> {
                assertThat(ask(CANARY).word()).isEqualTo(Word.UNREACHABLE);
                assertThat(ask(CANARY).message()).startsWith("file " + file).hasSizeLessThan(400);
            });
            write(gate("{}").replace("\"defaultVariant\": \"off\"", "\"defaultVariant\": \"on\""));
            awaitAnswer(CANARY, Word.ON);
        }
    }

    @Test
    void aFileThatIsTooLargeOrGoneHoldsUntilItIsBack() throws IOException {
        write(gate("{}"));
        awaitAnswer(CANARY, Word.OFF);
        write(" ".repeat(Definitions.MAX_BYTES + 1));
        awaitMessage("file " + file + " is larger than 1048576 bytes: define fewer flags.");
        String one = "{\"flags\": {}, \"$evaluators\": {\"a\": {\"in\": [\"" + "x".repeat(100_000)
                + "\", []]}, \"b\": [" + "{\"$ref\": \"a\"},".repeat(1000) + "{\"$ref\": \"a\"}]}}";
        write(one);
        awaitMessage("file " + file + " is too large with its $evaluators put in: refer to them less often.");
        Files.delete(file);
        awaitMessage("file " + file + " is missing: write the flag definitions there.");
        write(gate("{}"));
        awaitAnswer(CANARY, Word.OFF);
    }

    @Test
    void withoutAWantedFlagNothingIsReadAndNothingOldIsBelieved() throws IOException {
        write(gate("{}"));
        awaitAnswer(CANARY, Word.OFF);

        flags.wanted(Set.of());

        assertThat(ask(CANARY).message()).isEqualTo("file " + file + " has not been read yet.");
    }

    private FlagAnswer ask(FlagContext context) {
        return flags.ask("gate", context);
    }

    private void awaitAnswer(FlagContext context, Word word) {
        await().untilAsserted(() -> assertThat(ask(context).word()).isEqualTo(word));
    }

    private void awaitMessage(String message) {
        await().untilAsserted(() -> assertThat(ask(CANARY).message()).isEqualTo(message));
    }

    /** As an editor and the kubelet do: whole or not at all. */
    private void awaitQuiet() {
        AtomicInteger before = new AtomicInteger(-1);
        await().during(Duration.ofMillis(500)).until(() -> changes.size() == before.getAndSet(changes.size()));
    }

    private void write(String text) throws IOException {
        Path fresh = folder.resolve("fresh");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String gate(String targeting) {
        return """
                {"flags": {"gate": {
                  "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off", "targeting": %s
                }}}""".formatted(targeting);
    }

    private static FlagContext context(String device, Map<String, String> labels) {
        return new FlagContext(new DeviceId("acme", device), "Linux", "Corporate", labels);
    }
}
