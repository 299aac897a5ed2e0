package io.kubemdm.operator.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.rollout.Window;
import io.kubemdm.operator.flag.FlagAnswer;
import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.operator.flag.FlagContext;
import io.kubemdm.operator.flag.Flags;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout.Gated;
import io.kubemdm.operator.fleet.SampleDevice;
import io.kubemdm.operator.fleet.SampleRollout;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Flags and windows in the real index of the fleet; who reconciles a device is played by {@link #reconcile}. */
class FlagsAndWindowsTest {

    private static final PolicyRef BUNDLE = new PolicyRef("base", "1.0.0", "sha256:1");
    private static final Gated FLAG = new Gated("gate", List.of());
    private static final Gated NIGHT =
            new Gated(null, List.of(new Window("night", List.of(), "22:00", "2h", Window.DEVICE)));

    private final Map<DeviceId, List<PolicyRef>> orders = new HashMap<>();
    private final Answers flags = new Answers();
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private final InstantSource moving = () -> now;
    private final Clock clock = moving.withZone(ZoneOffset.UTC);
    private FlagsAndWindows gates = gates();
    private Fleet fleet = new Fleet(clock, gates);
    private Gated gated = Gated.NONE;

    @Test
    void aFlagThatIsOnForSomeLetsInThemAlone() {
        flags.say(context -> "canary".equals(context.labels().get("ring")) ? Word.ON : Word.OFF);
        add("a", Map.of("ring", "canary"));
        add("b", Map.of());

        put(FLAG);

        assertThat(fleet.tally("acme", "roll").admitted()).isEqualTo(1);
        assertThat(held().byFlag()).isEqualTo(1);
        assertThat(held().on()).isEqualTo(1);
        assertThat(reconcile("a")).containsExactly(BUNDLE);
        assertThat(reconcile("b")).isEmpty();
    }

    @Test
    void aDeviceWhoseFlagTurnsOffGoesBackAndIsRung() {
        flags.say(context -> Word.ON);
        add("a", Map.of("ring", "canary"));
        add("b", Map.of());
        put(FLAG);
        reconcile("a");
        reconcile("b");

        flags.say(context -> context.labels().isEmpty() ? Word.OFF : Word.ON);

        assertThat(recheck()).containsExactly("b");
        assertThat(reconcile("b")).isEmpty();
        assertThat(reconcile("a")).containsExactly(BUNDLE);
    }

    @Test
    void anUnreachableFlagLetsNobodyInAndTakesNothingBackAlsoAfterARestart() {
        flags.say(context -> Word.ON);
        add("a", Map.of());
        put(FLAG);
        reconcile("a");

        flags.say(context -> Word.UNREACHABLE);
        restart();
        add("a", Map.of());
        add("b", Map.of());
        put(FLAG);

        assertThat(reconcile("a")).containsExactly(BUNDLE);
        assertThat(reconcile("b")).isEmpty();
        assertThat(fleet.tally("acme", "roll").admitted()).isEqualTo(1);
        assertThat(held().unreachable()).isEqualTo(2);
        assertThat(held().flagMessage()).isEqualTo("the flag is away");
    }

    @Test
    void aFlagIsAskedWhenItOrADeviceChangesAndAtNoOtherTime() {
        for (int i = 0; i < 10; i++) {
            add("d-" + i, Map.of());
        }
        put(FLAG);
        assertThat(flags.asked).isEqualTo(10);

        fleet.tally("acme", "roll");
        reconcile("d-1");
        held();
        assertThat(flags.asked).as("looking asks nobody").isEqualTo(10);
        know("d-1", false);
        assertThat(flags.asked).as("its state decides nothing").isEqualTo(10);
        add("d-1", Map.of("ring", "canary"));
        assertThat(flags.asked).as("its labels may").isEqualTo(11);
        recheck();
        assertThat(flags.asked).isEqualTo(21);
    }

    @Test
    void nobodysAdmissionChangesUnheardBetweenTheFlagAndItsNews() {
        flags.say(context -> Word.ON);
        add("a", Map.of());
        put(FLAG);
        reconcile("a");

        flags.say(context -> Word.OFF);
        know("a", false);
        put(FLAG);

        assertThat(reconcile("a")).containsExactly(BUNDLE);
        assertThat(recheck()).containsExactly("a");
        assertThat(reconcile("a")).isEmpty();
    }

    @Test
    void everyDeviceItSelectsIsCountedBeforeAStepReachesItAndNoneThatHasLeft() {
        flags.say(context -> Word.OFF);
        add("a", Map.of());
        add("b", Map.of());
        gated = FLAG;
        fleet.put(new SampleRollout(BUNDLE, null).gated(FLAG).live());

        assertThat(held().off()).isEqualTo(2);
        assertThat(held().byFlag()).as("it is nobody's turn").isZero();
        put(FLAG);
        assertThat(held().byFlag()).isEqualTo(2);
        assertThat(fleet.tally("acme", "roll").held())
                .as("a step waits for none of them")
                .isZero();

        fleet.undeclare(new DeviceId("acme", "a"));
        assertThat(held().off()).isEqualTo(1);
        fleet.remove("acme", "roll");
        assertThat(held()).isEqualTo(Held.NONE);
    }

    @Test
    void aWindowOpensZoneByZoneAndRingsThoseAlone() {
        add("berlin", Map.of(Window.ZONE_LABEL, "Europe.Berlin"));
        add("york", Map.of(Window.ZONE_LABEL, "America.New_York"));
        add("nowhere", Map.of());
        put(NIGHT);

        assertThat(held().byWindow()).isEqualTo(3);
        assertThat(fleet.tally("acme", "roll").held())
                .as("its step waits for them")
                .isEqualTo(3);
        assertThat(held().opensAt()).isEqualTo("2026-11-28T21:00:00Z");
        assertThat(held().windowMessage()).isEqualTo("window night opens at 2026-11-28T21:00:00Z");
        assertThat(recheck()).isEmpty();

        now = Instant.parse("2026-11-28T21:00:00Z");
        assertThat(recheck()).containsExactly("berlin");
        assertThat(reconcile("berlin")).containsExactly(BUNDLE);
        assertThat(held().opensAt()).as("UTC, without a label").isEqualTo("2026-11-28T22:00:00Z");

        now = Instant.parse("2026-11-28T22:30:00Z");
        assertThat(recheck()).containsExactly("nowhere");
        now = Instant.parse("2026-11-29T03:00:00Z");
        assertThat(recheck()).containsExactly("york");
        assertThat(held().opensAt()).isNull();
    }

    @Test
    void whoWasLetInStaysAfterTheWindowHasShutAlsoAfterARestart() {
        add("a", Map.of());
        now = Instant.parse("2026-11-28T22:30:00Z");
        put(NIGHT);
        reconcile("a");

        now = Instant.parse("2026-11-29T12:00:00Z");
        restart();
        add("a", Map.of());
        add("b", Map.of());
        put(NIGHT);

        assertThat(reconcile("a")).containsExactly(BUNDLE);
        assertThat(reconcile("b")).isEmpty();
        assertThat(fleet.tally("acme", "roll").admitted()).isEqualTo(1);
    }

    @Test
    void windowsMayBeTakenAwayAtAnyTime() {
        add("a", Map.of());
        put(NIGHT);

        assertThat(put(Gated.NONE)).containsExactly("a");
        assertThat(reconcile("a")).containsExactly(BUNDLE);
    }

    private Held held() {
        return gates.held("acme", "roll", gated.windows());
    }

    private List<String> recheck() {
        return fleet.recheck("acme", "roll");
    }

    private List<String> put(Gated next) {
        gated = next;
        return fleet.put(
                new SampleRollout(BUNDLE, SampleRollout.EVERYBODY).gated(next).live());
    }

    private List<PolicyRef> reconcile(String name) {
        DeviceId id = new DeviceId("acme", name);
        FleetDevice device = Objects.requireNonNull(fleet.device(id));
        Fleet.Verdict verdict = fleet.verdict(device);
        List<PolicyRef> order = new ArrayList<>(orders.getOrDefault(id, List.of()));
        order.removeIf(ref -> verdict.revoked().contains(ref.digest()));
        verdict.admitting().forEach(rollout -> {
            order.remove(rollout.bundle());
            order.add(rollout.bundle());
        });
        orders.put(id, order);
        return order;
    }

    private FlagsAndWindows gates() {
        return new FlagsAndWindows(flags, id -> orders.getOrDefault(id, List.of()), clock);
    }

    private void restart() {
        gates = gates();
        fleet = new Fleet(clock, gates);
    }

    private void add(String name, Map<String, String> labels) {
        fleet.declare(new DeviceId("acme", name), true, "Linux", labels);
        know(name, true);
    }

    private void know(String name, boolean online) {
        fleet.know(new SampleDevice(new DeviceId("acme", name), Instant.EPOCH)
                .online(online, null)
                .known());
    }

    /** Answers as it is told; it reads nothing and tells of no change by itself. */
    private static final class Answers implements Flags {
        private Function<FlagContext, Word> says = context -> Word.OFF;
        private int asked;

        void say(Function<FlagContext, Word> next) {
            says = next;
        }

        @Override
        public FlagAnswer ask(String key, FlagContext context) {
            asked++;
            Word word = says.apply(context);
            return new FlagAnswer(word, word == Word.UNREACHABLE ? "the flag is away" : "", false);
        }

        @Override
        public void wanted(Set<String> keys) {}

        @Override
        public void onChange(Consumer<Set<String>> listener) {}

        @Override
        public void close() {}
    }
}
