package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CommitRhythmTest {

    private static final long QUIET = Duration.ofMillis(100).toNanos();

    private final CommitRhythm rhythm = new CommitRhythm(Duration.ofMillis(100));

    @Test
    void what_comes_alone_is_committed_at_once_and_a_stream_once_an_interval() {
        assertThat(rhythm.isDue(5)).isTrue();
        assertThat(rhythm.isDue(6)).isFalse();
        assertThat(rhythm.isDue(5 + QUIET - 1)).isFalse();
        assertThat(rhythm.isDue(5 + QUIET)).isTrue();
        assertThat(rhythm.isDue(5 + QUIET + 1)).isFalse();
    }

    @Test
    void every_thread_has_its_own_transaction() {
        assertThat(rhythm.isDue(5)).isTrue();

        assertThat(CompletableFuture.supplyAsync(() -> rhythm.isDue(6)).join()).isTrue();
    }
}
