package io.kubemdm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody else changes is put back, but not for ever. */
class DriftTest extends PolicyFixture {

    @Test
    void drift_is_put_back_and_reported_and_the_third_fight_within_an_hour_is_given_up() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        bring(ref);
        Path file = root.resolve("etc/motd.d/corp");
        for (int fight = 1; fight <= 2; fight++) {
            said.clear();
            Files.writeString(file, "graffiti");
            policies.beat();
            assertThat(file).hasContent("hello");
            assertThat(said).containsExactly(new DriftCorrected(ref, List.of("files:/etc/motd.d/corp")));
        }

        Files.writeString(file, "graffiti");
        policies.beat();
        policies.beat();

        assertThat(file).hasContent("graffiti");
        assertThat(lastState()).isEqualTo(State.Failed);
        assertThat(lastReason()).isEqualTo("DriftRepeated");

        desire(ref);
        assertThat(file).hasContent("hello");
        assertThat(lastState()).isEqualTo(State.Applied);
    }

    @Test
    void what_could_not_be_put_back_once_is_told_to_hold_when_it_does() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        bring(ref);
        Path file = root.resolve("etc/motd.d/corp");
        Files.delete(file);
        Files.createDirectories(file.resolve("in-the-way"));
        policies.beat();
        assertThat(lastState()).isEqualTo(State.Failed);

        Files.delete(file.resolve("in-the-way"));
        Files.delete(file);
        policies.beat();

        assertThat(file).hasContent("hello");
        assertThat(lastState()).isEqualTo(State.Applied);
        said.clear();
        policies.beat();
        assertThat(said).isEmpty();
    }

    @Test
    void fights_that_are_an_hour_apart_are_not_counted_together() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        bring(ref);
        for (int fight = 0; fight < 6; fight++) {
            Files.delete(root.resolve("etc/motd.d/corp"));
            policies.beat();
            ticks.addAndGet(Duration.ofMinutes(31).toNanos());
        }

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
    }
}
