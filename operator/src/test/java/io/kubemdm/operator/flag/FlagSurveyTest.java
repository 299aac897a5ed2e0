package io.kubemdm.operator.flag;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.operator.flag.OfrepServer.Answer;
import io.kubemdm.protocol.device.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asked once: the real flagd provider on a real file, and a service that really answers over HTTP. */
class FlagSurveyTest {

    private static final List<FlagContext> DEVICES = IntStream.range(0, 20)
            .mapToObj(number -> new FlagContext(
                    new DeviceId("acme", "d-" + number),
                    "Linux",
                    "Corporate",
                    Map.of("ring", number % 4 == 0 ? "canary" : "main")))
            .toList();

    @TempDir
    Path folder;

    private static long count(Map<DeviceId, FlagAnswer> answers, Word word) {
        return answers.values().stream().filter(each -> each.word() == word).count();
    }

    @Test
    void definitionsAreReadAndEvaluatedEachTimeAnew() throws IOException {
        Path file = folder.resolve(Definitions.KEY);
        FlagSurvey survey = new DefinedSurvey(Definitions.file(file));
        assertThat(survey.ask("gate", DEVICES).values())
                .allSatisfy(answer -> assertThat(answer.message()).contains("is missing: write the flag definitions"));

        Files.writeString(file, """
                {"flags": {"gate": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                 "targeting": {"if": [{"==": [{"var": "labels.ring"}, "canary"]}, "on", "off"]}}}}""");
        Map<DeviceId, FlagAnswer> answers = survey.ask("gate", DEVICES);
        assertThat(count(answers, Word.ON)).isEqualTo(5);
        assertThat(count(answers, Word.OFF)).isEqualTo(15);
        assertThat(survey.ask("gat", DEVICES).values())
                .allSatisfy(answer -> assertThat(answer.message()).contains("Flag gat is missing or disabled"));

        Files.writeString(file, "{\"flags\": 7}");
        assertThat(survey.ask("gate", DEVICES).values())
                .allSatisfy(answer -> assertThat(answer.word()).isEqualTo(Word.UNREACHABLE));
    }

    @Test
    void aServiceIsAskedAboutEachDeviceUnlessItLooksAtNone() throws IOException {
        try (OfrepServer server = new OfrepServer(0)) {
            FlagSurvey survey = new RemoteSurvey(server.url(), null, 1000, Duration.ofSeconds(5));
            server.answer((key, context) ->
                    Answer.flag(context.path("labels").path("ring").asText().equals("canary"), "TARGETING_MATCH"));
            Map<DeviceId, FlagAnswer> answers = survey.ask("gate", DEVICES);
            assertThat(count(answers, Word.ON)).isEqualTo(5);
            assertThat(answers).hasSize(20);
            assertThat(server.asked()).hasSize(20).doesNotHaveDuplicates();

            server.answer((key, context) -> Answer.flag(true, "STATIC"));
            assertThat(count(survey.ask("gate", DEVICES), Word.ON)).isEqualTo(20);
            assertThat(server.asked()).hasSize(21);
            assertThat(survey.ask("gate", List.of())).isEmpty();
        }
        FlagSurvey away = new RemoteSurvey(java.net.URI.create("http://127.0.0.1:1/"), null, 1, Duration.ofSeconds(1));
        assertThat(count(away.ask("gate", DEVICES), Word.UNREACHABLE)).isEqualTo(20);
    }

    @Test
    void moreThanTheServiceAllowsInTheTimeThereIsAreNotAskedAboutAndThatIsSaid() throws IOException {
        try (OfrepServer server = new OfrepServer(0)) {
            server.answer((key, context) -> Answer.flag(true, "TARGETING_MATCH"));
            FlagAnswers answers = new FlagAnswers();

            answers.put("gate", new RemoteSurvey(server.url(), null, 10, Duration.ofSeconds(1)).ask("gate", DEVICES));

            assertThat(answers.ask("gate", DEVICES.getFirst()).word()).isEqualTo(Word.ON);
            assertThat(answers.ask("gate", DEVICES.getLast()).word()).isEqualTo(Word.UNREACHABLE);
            assertThat(answers.ask("gate", DEVICES.getLast()).message()).contains("asked about 10 devices");
            assertThat(server.asked()).hasSize(10);
        }
    }
}
