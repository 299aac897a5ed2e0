package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.audit.ChainVerifier;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.state.DeviceState;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HistoryProperties {

    @Provide
    Arbitrary<List<Integer>> lives() {
        return Arbitraries.integers()
                .between(0, Script.KINDS - 1)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 100)
    void the_fold_of_the_log_is_the_live_state_byte_for_byte(@ForAll("lives") List<Integer> life) {
        History live = new History().told(Script.of(life));

        Rebuilding rebuilt = new Rebuilding(0, EventFormat.CURRENT);
        for (int i = 0; i < live.log.size(); i++) {
            rebuilt.accept(i, live.log.get(i).headers(), live.log.get(i).value());
        }

        DeviceState replayed = rebuilt.states().get(Reports.DEVICE);
        assertThat(replayed).isNotNull();
        assertThat(Scribe.stateBytes(replayed)).isEqualTo(live.stateBytes());
        assertThat(rebuilt.head()).isEqualTo(live.head);
        assertThat(rebuilt.flaws()).isZero();
    }

    @Property(tries = 100)
    void the_log_is_a_chain_without_gap_or_repeat(@ForAll("lives") List<Integer> life) {
        History live = new History().told(Script.of(life));

        ChainVerifier verifier = new ChainVerifier(0, true);
        for (int i = 0; i < live.log.size(); i++) {
            verifier.accept(live.log.get(i).at(i));
        }

        assertThat(verifier.firstFlaw()).isNull();
        assertThat(verifier.head()).isEqualTo(live.head.chain());
        assertThat(verifier.sequences()).containsEntry(Reports.DEVICE, (long) live.log.size());
    }

    @Property(tries = 100)
    void repeats_in_any_order_are_never_applied_twice(@ForAll("lives") List<Integer> life, @ForAll long seed) {
        List<Envelope<Message>> reports = Script.of(life);
        History once = new History().told(reports);

        History repeated = new History();
        Random random = new Random(seed);
        for (int i = 0; i < reports.size(); i++) {
            repeated.tell(reports.get(i));
            for (int again = random.nextInt(4); again > 0; again--) {
                repeated.tell(reports.get(random.nextInt(i + 1)));
            }
        }

        assertThat(effects(repeated)).isEqualTo(effects(once));
    }

    /** A repeated heartbeat may show the clock again; everything else happens once. */
    private static List<DeviceEvent> effects(History history) {
        return history.events.stream()
                .filter(event -> !(event instanceof DeviceEvent.ClockSkewed))
                .toList();
    }

    @Property(tries = 100)
    void a_state_reads_back_as_it_was_written(@ForAll("lives") List<Integer> life) {
        History live = new History().told(Script.of(life));

        assertThat(Scribe.stateBytes(Json.read(live.stateBytes(), DeviceState.class)))
                .isEqualTo(live.stateBytes());
    }

    @Property(tries = 100)
    void a_snapshot_alone_tells_the_state(@ForAll("lives") List<Integer> life) {
        History live = new History().told(Script.of(life));
        live.conclude(new DeviceEvent.Snapshotted(live.state()));

        Rebuilding rebuilt = new Rebuilding(0, EventFormat.CURRENT);
        rebuilt.accept(0, live.log.getLast().headers(), live.log.getLast().value());

        DeviceState replayed = rebuilt.states().get(Reports.DEVICE);
        assertThat(replayed).isNotNull();
        assertThat(Scribe.stateBytes(replayed)).isEqualTo(live.stateBytes());
    }

    @Property(tries = 50)
    void a_state_stays_small(@ForAll("lives") List<Integer> life) {
        History live = new History();
        for (int round = 0; round < 8; round++) {
            live.told(Script.of(life));
        }

        assertThat(live.state().policies()).hasSizeLessThanOrEqualTo(Bounds.POLICIES);
        assertThat(live.state().commands())
                .hasSizeLessThanOrEqualTo(Bounds.OPEN_COMMANDS + DeviceState.MAX_ENDED_COMMANDS);
        assertThat(live.stateBytes()).hasSizeLessThan(64 << 10);
    }
}
