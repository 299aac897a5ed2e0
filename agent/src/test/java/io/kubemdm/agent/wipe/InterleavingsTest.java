package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.Pki;
import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A dispatch that keeps one command open at a time, signs the same id again above a stale counter and repeats at will,
 * against a device that restarts between any two messages; both lanes mixed, delivery repeated and out of order.
 */
class InterleavingsTest {

    private static final int SEEDS = 1_000;

    private final Pki pki = new Pki();

    /** The same order is signed once for all seeds: signing is what this test would spend its time on. */
    private final Map<Object, OrderIssued> signed = new HashMap<>();

    private final DeviceKey key = Pki.key();
    private final DeviceId id = Pki.device(key);

    @Test
    void in_a_thousand_interleavings_every_open_command_is_carried_out_exactly_once() {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Run(seed).play();
        }
    }

    /** One interleaving. */
    private final class Run {
        private final int seed;
        private final SplittableRandom random;
        private final MemoryStore disk = new MemoryStore();
        private final CountingActs acts = new CountingActs();
        private final List<OrderIssued> history = new ArrayList<>();
        private final Map<String, Integer> receipts = new HashMap<>();
        private Device device;
        private int heard;
        private long seq;
        private long desiredSeq;

        Run(int seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.device = new Device(disk, pki, key, acts);
            // A restored region has forgotten how far it had counted.
            this.seq = 0;
        }

        void play() {
            int commands = 1 + random.nextInt(3);
            int withdrawn = 0;
            for (int i = 0; i < commands; i++) {
                String command = "w" + i + "-1";
                if (random.nextInt(5) == 0) {
                    withdrawBefore(command);
                    withdrawn++;
                } else {
                    driveToReceipt(command);
                }
                if (random.nextInt(4) == 0) {
                    seq = random.nextLong(seq + 1);
                }
            }
            assertThat(acts.locks).as("seed %d", seed).isEqualTo(commands - withdrawn);
            assertThat(receipts.keySet()).as("seed %d", seed).hasSize(commands - withdrawn);
            assertThat(device.guard.now().open()).as("seed %d", seed).isNull();
            assertThat(device.guard.now().desiredSeq()).as("seed %d", seed).isEqualTo(desiredSeq);
        }

        private void withdrawBefore(String command) {
            tell(Device.withdrawn(pki, new WithdrawnOrder(command, id, 1, Device.NOW, Device.NOW.plusSeconds(900))));
            seq += 1_000;
            tell(command(order(command, seq)));
            assertThat(refusalOf(command)).as("seed %d", seed).isEqualTo(Refusal.Withdrawn);
        }

        private void driveToReceipt(String command) {
            for (int step = 0; !receipts.containsKey(command); step++) {
                assertThat(step).as("seed %d ends", seed).isLessThan(200);
                switch (random.nextInt(6)) {
                    case 0 -> tell(command(order(command, ++seq)));
                    case 1 -> tell(desired(new DesiredOrder(id, 1, ++desiredSeq, Device.NOW, List.of(), 60)));
                    case 2 -> restart();
                    case 3 -> repeatSomething();
                    case 4 -> {
                        if (refusalOf(command) == Refusal.StaleSeq) {
                            seq = lastHave(command);
                        }
                    }
                    default -> repeatSomething();
                }
            }
            for (int more = random.nextInt(4); more > 0; more--) {
                repeatSomething();
            }
        }

        private void repeatSomething() {
            if (!history.isEmpty()) {
                tell(history.get(random.nextInt(history.size())));
            }
        }

        private void tell(OrderIssued order) {
            history.add(order);
            device.orders.judge(order, Device.NOW);
            hear();
        }

        private void restart() {
            device = new Device(disk, pki, key, acts);
            heard = 0;
            hear();
        }

        private void hear() {
            List<AgentReport> said = device.said;
            for (; heard < said.size(); heard++) {
                if (said.get(heard) instanceof ReceiptHandedIn receipt) {
                    receipts.merge(receipt.id(), 1, Integer::sum);
                }
            }
        }

        private Refusal refusalOf(String command) {
            CommandAcknowledged last = lastAnswer(command);
            return last == null ? null : last.refusal();
        }

        private long lastHave(String command) {
            CommandAcknowledged last = lastAnswer(command);
            return last == null ? seq : last.have();
        }

        private CommandAcknowledged lastAnswer(String command) {
            return device.said.stream()
                    .filter(CommandAcknowledged.class::isInstance)
                    .map(CommandAcknowledged.class::cast)
                    .filter(answer -> answer.id().equals(command))
                    .reduce((one, other) -> other)
                    .orElse(null);
        }

        private OrderIssued command(CommandOrder order) {
            return signed.computeIfAbsent(order, o -> Device.command(pki, order));
        }

        private OrderIssued desired(DesiredOrder order) {
            return signed.computeIfAbsent(order, o -> Device.desired(pki, order));
        }

        private CommandOrder order(String command, long number) {
            return new CommandOrder(
                    command,
                    id,
                    1,
                    number,
                    "n",
                    Device.NOW,
                    Device.NOW.plus(Duration.ofHours(1)),
                    CommandType.Lock,
                    Map.of());
        }
    }

    /** Counts. */
    private static final class CountingActs implements DeviceActs {
        private int locks;

        @Override
        public void lock() {
            locks++;
        }

        @Override
        public void unlock() {
            throw new IllegalStateException("nobody asked");
        }

        @Override
        public boolean isLocked() {
            return locks > 0;
        }

        @Override
        public List<String> companyData() {
            return List.of();
        }

        @Override
        public void erase(String item) {
            throw new IllegalStateException("nobody asked");
        }

        @Override
        public EncryptedStorage storage() {
            throw new IllegalStateException("nobody asked");
        }

        @Override
        public Map<CommandType, Refusal> refused() {
            return Map.of();
        }

        @Override
        public void powerOff() {
            throw new IllegalStateException("nobody asked");
        }

        @Override
        public String bootId() {
            return "boot";
        }
    }
}
