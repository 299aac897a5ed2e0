package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.engine.SilenceDecision.Census;
import io.kubemdm.operator.engine.SilenceDecision.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SilenceDecisionTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(60);
    private static final Census CALM = new Census(100, 1);

    record Case(
            String name,
            boolean online,
            long heardAgo,
            @Nullable Long readingFor,
            Census census,
            String then) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("heard within two intervals: wait for the rest", true, 119, 999L, CALM, "Wait 1"),
                new Case("not heard for two intervals: silent", true, 120, 999L, CALM, "Silence"),
                new Case("offline meanwhile: no longer watched", false, 500, 999L, CALM, "Dismiss"),
                new Case("the engine is late: wait", true, 500, null, CALM, "Wait 5"),
                new Case("the engine was late a moment ago: two intervals from then", true, 500, 10L, CALM, "Wait 110"),
                new Case("it has read for two intervals: silent", true, 500, 120L, CALM, "Silence"),
                new Case("31 of 100 missing: hold", true, 120, 999L, new Census(100, 31), "Hold 5"),
                new Case("30 of 100 missing: no mass", true, 120, 999L, new Census(100, 30), "Silence"),
                new Case("19 of 19 missing: too few for a mass", true, 120, 999L, new Census(19, 19), "Silence"),
                new Case("20 of 20 missing: hold", true, 120, 999L, new Census(20, 20), "Hold 5"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void silence(Case each) {
        Instant since = each.readingFor() == null ? null : NOW.minusSeconds(each.readingFor());
        Input input = new Input(each.online(), NOW.minusSeconds(each.heardAgo()), INTERVAL, since, each.census());

        String then =
                switch (SilenceDecision.decide(input, NOW)) {
                    case SilenceDecision.Outcome.Dismiss dismiss -> "Dismiss";
                    case SilenceDecision.Outcome.Silence silence -> "Silence";
                    case SilenceDecision.Outcome.Wait wait -> "Wait " + seconds(wait.until());
                    case SilenceDecision.Outcome.Hold hold -> "Hold " + seconds(hold.until());
                };
        assertThat(then).isEqualTo(each.then());
    }

    private static long seconds(Instant until) {
        return Duration.between(NOW, until).toSeconds();
    }
}
