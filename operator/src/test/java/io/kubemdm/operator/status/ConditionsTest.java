package io.kubemdm.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

    private static final Instant THEN = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant LATER = THEN.plusSeconds(60);

    @Test
    void theTransitionTimeMovesOnlyWithTheStatusValue() {
        List<Condition> first = new Conditions(List.of(), 1L)
                .set("Ready", false, "A", "a", THEN)
                .list();
        Condition sameValue = new Conditions(first, 2L)
                .set("Ready", false, "B", "b", LATER)
                .list()
                .getFirst();
        assertThat(sameValue.lastTransitionTime()).isEqualTo("2026-06-01T12:00:00Z");
        assertThat(sameValue.observedGeneration()).isEqualTo(2);
        assertThat(sameValue.reason()).isEqualTo("B");
        Condition changed = new Conditions(first, 2L)
                .set("Ready", true, "B", "b", LATER)
                .list()
                .getFirst();
        assertThat(changed.lastTransitionTime()).isEqualTo("2026-06-01T12:01:00Z");
    }

    @Test
    void aMessageIsCutToWhatTheSchemaAllows() {
        Condition condition = new Conditions(List.of(), 1L)
                .set("Ready", true, "A", "x".repeat(2000), THEN)
                .list()
                .getFirst();
        assertThat(condition.message()).hasSize(512);
    }
}
