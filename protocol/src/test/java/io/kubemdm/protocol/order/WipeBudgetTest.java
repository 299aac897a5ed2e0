package io.kubemdm.protocol.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.order.WipeBudget.Decision;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import io.kubemdm.protocol.order.WipeBudget.Limits;
import io.kubemdm.protocol.order.WipeBudget.Reached;
import io.kubemdm.protocol.order.WipeBudget.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WipeBudgetTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest(name = "{0} devices may lose {1} a day")
    @CsvSource({"0, 3", "1, 3", "399, 3", "400, 4", "1000, 10", "100000, 1000", "2147483647, 21474836"})
    void theDefaultIsThreeOrOnePercentOfTheFleet(int devices, int perDay) {
        assertThat(Limits.DESTRUCTIVE.forFleet(devices).windows())
                .containsExactly(new Window(perDay, DAY), new Window(10, HOUR));
    }

    @Test
    void locksHaveAMoreGenerousBudget() {
        assertThat(Limits.LOCK.forFleet(10).windows()).containsExactly(new Window(20, DAY), new Window(100, HOUR));
        assertThat(Limits.LOCK.forFleet(1_000).windows()).containsExactly(new Window(100, DAY), new Window(100, HOUR));
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void everyTypeThatTakesDataIsDestructive(CommandType type) {
        Lane expected =
                switch (type) {
                    case Retire, SelectiveWipe, FullWipe, CryptoErase -> Lane.Destructive;
                    case Lock -> Lane.Lock;
                    case Unlock, Remediate -> null;
                };
        assertThat(Lane.of(type)).isEqualTo(expected);
    }

    @Test
    void fiveHundredAtOnceOnAThousandDevicesLetTenGoAndSayWhyTheRestWaits() {
        List<Integer> queue = IntStream.range(0, 500).boxed().toList();

        Decision<Integer> decision = Limits.DESTRUCTIVE.forFleet(1_000).decide(List.of(), queue, NOW);

        assertThat(decision.go()).isEqualTo(queue.subList(0, 10));
        assertThat(decision.held()).isEqualTo(queue.subList(10, 500));
        assertThat(decision.next()).isEqualTo(NOW.plus(DAY));
        assertThat(decision.reached()).isEqualTo(new Reached(10, 10, DAY));
    }

    @Test
    void theHourHoldsWhatTheDayWouldLetGo() {
        List<Instant> releases = Collections.nCopies(10, NOW.minus(Duration.ofMinutes(20)));

        Decision<String> decision = Limits.DESTRUCTIVE.forFleet(100_000).decide(releases, List.of("a"), NOW);

        assertThat(decision.go()).isEmpty();
        assertThat(decision.next()).isEqualTo(NOW.plus(Duration.ofMinutes(40)));
        assertThat(decision.reached()).isEqualTo(new Reached(10, 10, HOUR));
    }

    @Test
    void oneGoesAtTheVeryMomentTheWindowHasMovedOn() {
        WipeBudget budget = Limits.DESTRUCTIVE.forFleet(0);
        List<Instant> releases = Collections.nCopies(3, NOW);

        assertThat(budget.decide(releases, List.of("a"), NOW.plus(DAY).minusNanos(1))
                        .go())
                .isEmpty();
        assertThat(budget.decide(releases, List.of("a"), NOW.plus(DAY)).go()).containsExactly("a");
    }

    @Test
    void nothingWaitingNeedsNoReason() {
        Decision<String> decision = Limits.DESTRUCTIVE.forFleet(0).decide(List.of(NOW, NOW, NOW), List.of(), NOW);

        assertThat(decision).isEqualTo(new Decision<>(List.of(), List.of(), null, null));
    }

    @Test
    void aLimitThatWouldHoldForEverIsRefusedAndNamed() {
        assertThatThrownBy(() -> new Limits(0, 1, 10)).hasMessageContaining("at-least: 1 or more");
        assertThatThrownBy(() -> new Limits(3, 101, 10)).hasMessageContaining("percent: 0 to 100");
        assertThatThrownBy(() -> new Limits(3, 1, 0)).hasMessageContaining("per-hour: 1 or more");
        assertThatThrownBy(() -> new Window(0, DAY)).hasMessageContaining("limit: at least 1");
        assertThatThrownBy(() -> new WipeBudget(List.of())).hasMessageContaining("at least one");
    }

    @Property
    void neverMoreThanTheLimitInAnyWindowAndEverythingGoesInTheEnd(
            @ForAll("budgets") WipeBudget budget, @ForAll("arrivals") List<Instant> arrivals) {
        List<Instant> releases = run(budget, arrivals);

        assertThat(releases).hasSameSizeAs(arrivals).isSorted();
        for (Window window : budget.windows()) {
            for (int i = window.limit(); i < releases.size(); i++) {
                assertThat(Duration.between(releases.get(i - window.limit()), releases.get(i)))
                        .isGreaterThanOrEqualTo(window.length());
            }
        }
        for (int i = 0; i < releases.size(); i++) {
            assertThat(releases.get(i)).isAfterOrEqualTo(arrivals.get(i));
        }
    }

    @Property
    void anyPrefixReplaysToTheSameReleases(
            @ForAll("budgets") WipeBudget budget, @ForAll("arrivals") List<Instant> arrivals, @ForAll Random random) {
        int upTo = random.nextInt(arrivals.size() + 1);

        assertThat(run(budget, arrivals.subList(0, upTo)))
                .isEqualTo(run(budget, arrivals).subList(0, upTo));
    }

    @Property
    void askingOftenOrOnlyWhenToldReleasesAtTheSameTimes(
            @ForAll("budgets") WipeBudget budget, @ForAll("arrivals") List<Instant> arrivals) {
        // The operator asks when it was told to, the gateway reckons ahead: both must come to the same.
        List<Instant> releases = new ArrayList<>();
        List<Instant> queue = new ArrayList<>(arrivals);
        while (!queue.isEmpty()) {
            Instant now = budget.earliest(releases, queue.getFirst());
            Instant seen = now;
            List<Instant> arrived =
                    queue.stream().filter(each -> !each.isAfter(seen)).toList();
            Decision<Instant> decision = budget.decide(releases, arrived, now);
            assertThat(decision.go())
                    .isNotEmpty()
                    .isEqualTo(queue.subList(0, decision.go().size()));
            decision.go().forEach(gone -> releases.add(seen));
            queue.subList(0, decision.go().size()).clear();
        }
        assertThat(releases).isEqualTo(run(budget, arrivals));
    }

    @Property
    void whatIsOlderThanTheLongestWindowAndTheOrderOfTheRestDoNotMatter(
            @ForAll("budgets") WipeBudget budget, @ForAll("arrivals") List<Instant> arrivals, @ForAll Random random) {
        List<Instant> releases = run(budget, arrivals);
        Instant now = releases.isEmpty() ? NOW : releases.getLast().plusSeconds(random.nextInt(200_000));
        Duration longest = budget.windows().stream()
                .map(Window::length)
                .max(Duration::compareTo)
                .orElseThrow();
        List<Instant> recent = new ArrayList<>(releases);
        recent.removeIf(each -> !each.isAfter(now.minus(longest)));
        Collections.shuffle(recent, random);

        List<String> queue = List.of("a", "b", "c");
        assertThat(budget.decide(recent, queue, now)).isEqualTo(budget.decide(releases, queue, now));
    }

    private static List<Instant> run(WipeBudget budget, List<Instant> arrivals) {
        List<Instant> releases = new ArrayList<>();
        for (Instant arrival : arrivals) {
            releases.add(budget.earliest(releases, arrival));
        }
        return releases;
    }

    @Provide
    Arbitrary<WipeBudget> budgets() {
        Arbitrary<Window> window = Combinators.combine(
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(1, 100_000))
                .as((limit, seconds) -> new Window(limit, Duration.ofSeconds(seconds)));
        return window.list().ofMinSize(1).ofMaxSize(3).map(WipeBudget::new);
    }

    @Provide
    Arbitrary<List<Instant>> arrivals() {
        return Arbitraries.integers()
                .between(0, 300_000)
                .map(NOW::plusSeconds)
                .list()
                .ofMaxSize(60)
                .map(times -> times.stream().sorted().toList());
    }
}
