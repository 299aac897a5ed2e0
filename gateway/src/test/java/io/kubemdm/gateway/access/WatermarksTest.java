package io.kubemdm.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A watermark counts once everything that was there when it arrived has been read, and not before. */
class WatermarksTest {

    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Deque<CompletableFuture<Void>> asked = new ArrayDeque<>();
    private Watermarks watermarks = waiting(PATIENCE);

    @Test
    void oneCountsOnceWhatWasThereHasBeenRead() {
        watermarks.arrived(3, T0);
        watermarks.confirm();
        assertThat(watermarks.judgedThrough(3)).isNull();

        asked.getLast().complete(null);
        assertThat(watermarks.judgedThrough(3)).isEqualTo(T0);
        assertThat(watermarks.earliest()).isEqualTo(T0);
    }

    @Test
    void oneThatArrivesWhileItIsAskedIsOfTheNextQuestion() {
        watermarks.arrived(3, T0);
        watermarks.confirm();
        watermarks.arrived(3, T0.plusSeconds(5));
        watermarks.confirm();
        assertThat(asked).hasSize(1);
        asked.getLast().complete(null);
        assertThat(watermarks.judgedThrough(3)).isEqualTo(T0);

        watermarks.confirm();
        asked.getLast().complete(null);
        assertThat(watermarks.judgedThrough(3)).isEqualTo(T0.plusSeconds(5));
    }

    @Test
    void whereKafkaDoesNotAnswerNothingCountsAndItIsAskedAgain() {
        watermarks.arrived(3, T0);
        watermarks.confirm();
        asked.getLast().completeExceptionally(new IllegalStateException("no broker"));
        assertThat(watermarks.judgedThrough(3)).isNull();

        watermarks.confirm();
        asked.getLast().complete(null);
        assertThat(watermarks.judgedThrough(3)).isEqualTo(T0);
    }

    @Test
    void aQuestionThatIsNeverAnsweredIsNotTheLast() {
        watermarks = waiting(Duration.ofMillis(20));
        watermarks.arrived(3, T0);
        watermarks.confirm();

        await().atMost(PATIENCE).until(() -> {
            watermarks.confirm();
            return asked.size() > 1;
        });
        assertThat(watermarks.judgedThrough(3)).isNull();
    }

    private Watermarks waiting(Duration patience) {
        return new Watermarks(
                () -> {
                    CompletableFuture<Void> answer = new CompletableFuture<>();
                    asked.add(answer);
                    return answer;
                },
                patience);
    }
}
