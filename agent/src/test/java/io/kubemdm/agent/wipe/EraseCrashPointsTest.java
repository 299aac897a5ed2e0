package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.Pki;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.identity.TestIdentity;
import io.kubemdm.agent.order.DepartureDecision;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.ErasedWorld.Fault;
import io.kubemdm.agent.wipe.Fuse.Crash;
import io.kubemdm.agent.wipe.Fuse.CrashingActs;
import io.kubemdm.agent.wipe.Fuse.CrashingStore;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.Receipt.Outcome;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent is killed at every write, every delete and every act of an erase and of the departure after it, one after the
 * other, and starts again.
 */
class EraseCrashPointsTest {

    private static final int MOST_POINTS = 200;
    private static final int NEVER = Integer.MAX_VALUE;

    private final Pki pki = new Pki();

    @ParameterizedTest
    @CsvSource({"CryptoErase, true", "CryptoErase, false", "FullWipe, true", "FullWipe, false"})
    void killed_anywhere_it_erases_as_planned_swears_once_and_goes_off_last(CommandType type, boolean acknowledged) {
        boolean crashed = true;
        int point = 0;
        while (crashed) {
            assertThat(++point).isLessThan(MOST_POINTS);
            Life life = new Life(type, null, point);
            crashed = life.toTheEnd(acknowledged);
            life.assertGone(acknowledged, type + " at " + point);
        }
        assertThat(point).as("steps that were killed at").isGreaterThan(30);
    }

    @ParameterizedTest
    @CsvSource({
        "Unreadable, ReadSlots",
        "EraseRefused, EraseSlots",
        "SlotLeft, VerifySlots",
        "UnreadableAfter, VerifySlots",
        "OverwriteRefused, OverwriteHeader",
        "HeaderLeft, VerifyHeader"
    })
    void killed_anywhere_a_device_that_is_not_proven_erased_is_a_failure_of_that_step(Fault fault, String step) {
        boolean crashed = true;
        int point = 0;
        while (crashed) {
            assertThat(++point).isLessThan(MOST_POINTS);
            Life life = new Life(CommandType.FullWipe, fault, point);
            crashed = life.untilSworn();
            life.assertFailed(step, fault + " at " + point);
        }
    }

    @Test
    void the_identity_stays_until_the_receipt_is_in_kafka_or_ten_minutes_have_passed() {
        Life life = new Life(CommandType.CryptoErase, null, NEVER);
        life.untilSworn();
        assertThat(life.departure.isDue()).isFalse();

        life.ticks += DepartureDecision.PATIENCE.minusNanos(1).toNanos();
        assertThat(life.departure.isDue()).isFalse();
        life.departure.receiptRefused("w-1");
        assertThat(life.departure.isDue()).as("refused by a gateway").isFalse();
        life.ticks += 1;
        assertThat(life.departure.isDue()).isTrue();
    }

    @Test
    void an_agent_that_starts_again_without_knowing_whether_its_receipt_arrived_sends_it_again() {
        Life life = new Life(CommandType.CryptoErase, null, NEVER);
        life.untilSworn();
        life.world.outbox.clear();

        life.start();

        assertThat(life.departure.isDue()).isFalse();
        assertThat(life.world.outbox).containsKey("w-1");
        assertThat(life.world.receipts).hasSize(1);
    }

    @Test
    void a_receipt_that_arrived_once_is_enough_although_a_copy_of_it_is_still_on_its_way() {
        Life life = new Life(CommandType.CryptoErase, null, NEVER);
        life.untilSworn();
        assertThat(life.world.isWaiting("w-1")).isTrue();

        life.departure.receiptAcknowledged("another");
        assertThat(life.departure.isDue()).isFalse();
        life.departure.receiptAcknowledged("w-1");

        assertThat(life.world.isWaiting("w-1")).isTrue();
        assertThat(life.departure.isDue()).isTrue();
    }

    @Test
    void a_machine_that_somebody_starts_again_afterwards_is_not_turned_off_once_more() {
        Life life = new Life(CommandType.CryptoErase, null, NEVER);
        life.toTheEnd(true);
        life.world.boot = "second";

        assertThat(Departure.finish(life.ground())).isNotNull();

        assertThat(life.world.log).containsOnlyOnce("off");
    }

    @Test
    void a_machine_that_was_enrolled_anew_is_not_the_one_that_left() {
        Life life = new Life(CommandType.CryptoErase, null, NEVER);
        life.toTheEnd(true);
        TestIdentity.enrolled(life.ground().identities(), pki);

        assertThat(Departure.finish(life.ground())).isNull();
        assertThat(life.ground().identities().read()).isNotNull();
    }

    /** One device, one order, and as many starts as it takes. */
    private final class Life {
        private final ErasedWorld world;
        private final Identity identity;
        private final CommandType type;
        private final OrderIssued order;
        private final Store store;
        private final DeviceActs acts;
        private long ticks;
        private Device device;
        private Departure departure;

        Life(CommandType type, @Nullable Fault fault, int point) {
            this.type = type;
            world = new ErasedWorld(fault);
            MemoryStore disk = world.disk;
            identity = TestIdentity.enrolled(new IdentityStore(disk, new SoftwareKeys(disk)), pki);
            Fuse fuse = new Fuse(point);
            store = new CrashingStore(world.store(), fuse);
            acts = new CrashingActs(world, fuse);
            order = Device.command(
                    pki,
                    new CommandOrder(
                            "w-1",
                            identity.device(),
                            1,
                            1,
                            "n",
                            Device.NOW,
                            Device.NOW.plus(Duration.ofHours(1)),
                            type,
                            Map.of()));
        }

        Departure.Ground ground() {
            return new Departure.Ground(store, new IdentityStore(store, new SoftwareKeys(store)), acts);
        }

        /** Whether an agent runs now; it ends without one when the device has left. */
        boolean start() {
            if (Departure.finish(ground()) != null) {
                return false;
            }
            assertThat(ground().identities().read())
                    .as("an agent without departure has its identity")
                    .isNotNull();
            device = new Device(store, pki, identity.key(), acts);
            departure = new Departure(ground(), identity.device(), device.guard, world, () -> ticks);
            deliver();
            return true;
        }

        /** A gateway sends what is pending on every connect. */
        private void obey() {
            device.orders.judge(order, Device.NOW);
            deliver();
        }

        /** The outbox is durable, so what was said before a kill counts. */
        private void deliver() {
            device.said.stream()
                    .filter(ReceiptHandedIn.class::isInstance)
                    .map(ReceiptHandedIn.class::cast)
                    .forEach(receipt -> world.handIn(receipt.id(), receipt.receipt()));
            device.said.clear();
        }

        boolean untilSworn() {
            try {
                start();
                obey();
                return false;
            } catch (Crash e) {
                if (device != null) {
                    deliver();
                }
                start();
                obey();
                return true;
            }
        }

        boolean toTheEnd(boolean acknowledged) {
            boolean crashed = untilSworn();
            for (int starts = 0; ; starts++) {
                assertThat(starts).isLessThan(3);
                try {
                    if (starts > 0 && !start()) {
                        return true;
                    }
                    waitFor(acknowledged);
                    departure.leave();
                    return crashed;
                } catch (Crash e) {
                    crashed = true;
                }
            }
        }

        private void waitFor(boolean acknowledged) {
            if (acknowledged) {
                assertThat(departure.isDue())
                        .as("before the receipt is in Kafka")
                        .isEqualTo(begun());
                world.acknowledge();
            } else {
                departure.isDue();
                ticks += DepartureDecision.PATIENCE.toNanos();
                world.log.add("waited");
            }
            assertThat(departure.isDue()).isTrue();
        }

        private boolean begun() {
            return world.disk.read("departure.json") != null;
        }

        Receipt onlyReceipt() {
            assertThat(world.receipts).hasSize(1);
            return new Verifier(List.of(identity.key().publicKey()))
                    .verify(JwsType.RECEIPT, world.receipts.iterator().next(), Receipt.class)
                    .payload();
        }

        void assertGone(boolean acknowledged, String where) {
            Receipt receipt = onlyReceipt();
            assertThat(receipt.outcome()).as(where).isEqualTo(Outcome.Completed);
            assertThat(receipt.seq()).isEqualTo(1);
            assertThat(receipt.storage()).as(where).hasSize(2).allMatch(StorageEvidence::provesErasure);
            assertThat(receipt.storage()).allMatch(one -> !one.slotsBefore().equals(StorageEvidence.NO_SLOTS));
            assertThat(world.isGone(ErasedWorld.FIRST)).as(where).isTrue();
            assertThat(world.isGone(ErasedWorld.SECOND)).as(where).isTrue();
            if (type == CommandType.FullWipe) {
                assertThat(world.data).as(where).isEmpty();
                assertThat(receipt.erased())
                        .as(where)
                        .containsExactly(
                                "storage:/dev/a",
                                "storage:/dev/b",
                                "data:/opt/kubemdm/plans",
                                "data:/opt/kubemdm/salaries");
            } else {
                assertThat(world.data).as(where).hasSize(2);
                assertThat(receipt.erased()).as(where).containsExactly("storage:/dev/a", "storage:/dev/b");
            }
            List<String> log = world.log;
            assertThat(world.disk.list("keys")).as(where).isEmpty();
            assertThat(ground().identities().read()).as(where).isNull();
            assertThat(log.indexOf("key destroyed"))
                    .as("%s, identity only then: %s", where, log)
                    .isGreaterThan(log.indexOf(acknowledged ? "acknowledged" : "waited"))
                    .isGreaterThan(log.lastIndexOf("overwrite " + ErasedWorld.SECOND));
            assertThat(log).as(where).contains(acknowledged ? "acknowledged" : "waited");
            assertThat(log.getLast()).as("%s: %s", where, log).isEqualTo("off");
            assertThat(log.subList(0, log.indexOf("off"))).as(where).contains("key destroyed");
        }

        void assertFailed(String step, String where) {
            Receipt receipt = onlyReceipt();
            assertThat(receipt.outcome()).as(where).isEqualTo(Outcome.Failed);
            assertThat(receipt.failedStep()).as(where).isEqualTo(step);
            assertThat(receipt.message()).as(where).contains(ErasedWorld.FIRST);
            assertThat(receipt.storage())
                    .as(where)
                    .filteredOn(StorageEvidence::provesErasure)
                    .extracting(StorageEvidence::device)
                    .containsExactly(ErasedWorld.SECOND);
            assertThat(world.isGone(ErasedWorld.SECOND)).as(where).isTrue();
            assertThat(departure.isDue()).as(where).isFalse();
            assertThat(ground().identities().read()).as(where).isNotNull();
            assertThat(world.log).as(where).doesNotContain("off", "key destroyed");
        }
    }
}
