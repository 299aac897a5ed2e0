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

/** One device that is told to erase itself, one order, and as many starts as it takes. */
final class ErasedLife {

    private final Pki pki;
    final ErasedWorld world;
    private final Identity identity;
    private final CommandType type;
    private final OrderIssued order;
    private final Store store;
    private final DeviceActs acts;
    long ticks;
    private Device device;
    Departure departure;

    ErasedLife(Pki pki, CommandType type, @Nullable Fault fault, int point) {
        this.pki = pki;
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
            assertThat(departure.isDue()).as("before the receipt is in Kafka").isEqualTo(begun());
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
