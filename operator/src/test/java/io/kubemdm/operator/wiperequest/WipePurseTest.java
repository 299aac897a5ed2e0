package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeCases.CREATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.wiperequest.WipePurse.Asker;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Approval;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Spent;
import io.kubemdm.protocol.order.WipeBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WipePurseTest {

    private static final Instant NOW = CREATED;

    private final Map<DecisionKey, WipeRecordDecision> records = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private int devices = 100;

    @Test
    void fiveHundredAtOnceOnAThousandDevicesLetTenGoAnHour() {
        devices = 1_000;
        WipePurse purse = purse();
        for (int i = 0; i < 500; i++) {
            ask(purse, i, WipeType.FullWipe, NOW);
        }
        assertThat(signed()).isEqualTo(10);
        WipeBudget.Decision<String> held = Objects.requireNonNull(ask(purse, 499, WipeType.FullWipe, NOW));
        assertThat(Objects.requireNonNull(held.reached()).observed()).isEqualTo(10);
        assertThat(held.reached().limit()).isEqualTo(10);
        Instant next = Objects.requireNonNull(held.next());
        for (int i = 499; i >= 0; i--) {
            ask(purse, i, WipeType.FullWipe, next);
        }
        assertThat(signed()).as("whoever looks first, the oldest go").isEqualTo(20);
        for (int i = 10; i < 20; i++) {
            assertThat(record(i).seq()).as("number %d", i).isEqualTo(1);
        }
    }

    @Test
    void aNewLeaderCountsTheSame() {
        for (int i = 0; i < 3; i++) {
            assertThat(ask(purse(), i, WipeType.Retire, NOW)).isNull();
        }
        assertThat(ask(purse(), 3, WipeType.SelectiveWipe, NOW)).isNotNull();
    }

    @Test
    void whatIsBeingSignedCountsBeforeItIsOnRecord() {
        WipePurse purse = purse();
        for (int i = 0; i < 3; i++) {
            assertThat(purse.take(asker(i, WipeType.Retire), NOW)).isNull();
        }
        assertThat(purse.take(asker(3, WipeType.Retire), NOW)).isNotNull();
        purse.settled(asker(0, WipeType.Retire));
        assertThat(purse.take(asker(3, WipeType.Retire), NOW))
                .as("one was given up")
                .isNull();
    }

    @Test
    void whatIsOnRecordAndNotYetSettledCountsOnce() {
        WipePurse purse = purse();
        ask(purse, 0, WipeType.Retire, NOW);
        assertThat(purse.take(asker(0, WipeType.Retire), NOW)).isNull();
        assertThat(purse.take(asker(1, WipeType.Retire), NOW)).isNull();
        assertThat(purse.take(asker(2, WipeType.Retire), NOW)).isNull();
    }

    @Test
    void whatAnEarlierObjectOfTheNameTookStillCounts() {
        List<Spent> spent = List.of(
                new Spent("Retire", NOW), new Spent("FullWipe", NOW), new Spent("Retire", NOW), new Spent("Lock", NOW));
        records.put(key(0), WipeRecordDecision.bound("uid-0", "Lock", "d-0", 1, spent));
        assertThat(ask(purse(), 1, WipeType.Retire, NOW)).isNotNull();
        assertThat(ask(purse(), 1, WipeType.Retire, NOW.plus(Duration.ofHours(24))))
                .isNull();
    }

    @Test
    void locksHaveABudgetOfTheirOwnAndUnlocksNone() {
        for (int i = 0; i < 3; i++) {
            ask(purse(), i, WipeType.FullWipe, NOW);
        }
        for (int i = 3; i < 23; i++) {
            assertThat(ask(purse(), i, WipeType.Lock, NOW)).isNull();
        }
        assertThat(ask(purse(), 23, WipeType.Lock, NOW)).isNotNull();
        assertThat(ask(purse(), 24, WipeType.Unlock, NOW)).isNull();
    }

    @Test
    void whoeverWasDeletedWhileWaitingKeepsNobodyWaiting() {
        for (int i = 0; i < 5; i++) {
            ask(purse(), i, WipeType.Retire, NOW);
        }
        Instant tomorrow = NOW.plus(Duration.ofHours(24));
        deleted.add("uid-3");
        deleted.add("uid-4");
        for (int i = 10; i < 13; i++) {
            assertThat(ask(purse(), i, WipeType.Retire, tomorrow)).isNull();
        }
    }

    @Test
    void itIsWaitedForUntilTheLastInLineHasGoneOrIsGone() {
        WipePurse purse = purse();
        assertThat(purse.isWaitedFor("acme", WipeType.FullWipe)).isFalse();
        for (int i = 0; i < 5; i++) {
            ask(purse, i, WipeType.Retire, NOW);
        }
        assertThat(purse.isWaitedFor("acme", WipeType.FullWipe)).isTrue();
        assertThat(purse.isWaitedFor("acme", WipeType.Lock)).isFalse();
        ask(purse, 3, WipeType.Retire, NOW.plus(Duration.ofHours(24)));
        assertThat(purse.isWaitedFor("acme", WipeType.FullWipe)).isTrue();
        deleted.add("uid-4");
        assertThat(purse.isWaitedFor("acme", WipeType.FullWipe)).isFalse();
    }

    private WipePurse purse() {
        return new WipePurse(
                WipeSettings.DEFAULT,
                namespace -> Map.copyOf(records).entrySet().stream(),
                namespace -> devices,
                (key, uid) -> !deleted.contains(uid));
    }

    /** Asks, and puts on record what comes of it. */
    private WipeBudget.@org.jspecify.annotations.Nullable Decision<String> ask(
            WipePurse purse, int number, WipeType type, Instant now) {
        WipeRecordDecision known = records.get(key(number));
        if (known != null && known.seq() > 0) {
            return null;
        }
        Asker asker = asker(number, type);
        WipeBudget.Decision<String> held = purse.take(asker, now);
        WipeRecordDecision record = WipeRecordDecision.bound(asker.uid(), type.name(), "d-" + number, 1, List.of())
                .approved(new Approval(now, 0, List.of()));
        records.put(
                key(number),
                held == null ? record.signed(1, now, now.plusSeconds(60)) : record.inLine(asker.createdAt()));
        purse.settled(asker);
        return held;
    }

    private long signed() {
        return records.values().stream().filter(each -> each.seq() > 0).count();
    }

    private WipeRecordDecision record(int number) {
        return Objects.requireNonNull(records.get(key(number)));
    }

    private static Asker asker(int number, WipeType type) {
        return new Asker(key(number), "uid-" + number, type, CREATED.plusSeconds(number));
    }

    private static DecisionKey key(int number) {
        return new DecisionKey("wiperequest", "acme", "wipe-" + number);
    }
}
