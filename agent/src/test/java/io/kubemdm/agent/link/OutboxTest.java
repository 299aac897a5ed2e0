package io.kubemdm.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.store.FullStore;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final DeviceId DEVICE = new DeviceId("acme", "d-a");
    private static final DriftCorrected CRITICAL =
            new DriftCorrected(new PolicyRef("p", "1.0.0", "sha256:0"), List.of("files:/x"));
    private static final Heartbeat HEARTBEAT = new Heartbeat(Instant.EPOCH, 0, List.of(), Map.of());

    private final MemoryStore store = new MemoryStore();

    @Test
    void a_critical_report_waits_on_disk_and_a_heartbeat_does_not() {
        Outbox outbox = new Outbox(store, DEVICE, 1);
        outbox.add(CRITICAL, Instant.EPOCH);
        outbox.add(HEARTBEAT, Instant.EPOCH);

        assertThat(ids(outbox)).containsExactly(new MessageId(1, 1));
        assertThat(store.list("outbox")).hasSize(1);
    }

    @Test
    void after_a_restart_what_the_former_boot_left_goes_first() {
        new Outbox(store, DEVICE, 9).add(CRITICAL, Instant.EPOCH);
        Outbox next = new Outbox(store, DEVICE, 10);
        next.add(CRITICAL, Instant.EPOCH);

        assertThat(ids(next)).containsExactly(new MessageId(9, 1), new MessageId(10, 1));
    }

    @Test
    void an_acknowledgement_is_cumulative_across_boots() {
        new Outbox(store, DEVICE, 1).add(CRITICAL, Instant.EPOCH);
        Outbox outbox = new Outbox(store, DEVICE, 2);
        outbox.add(CRITICAL, Instant.EPOCH);
        outbox.add(CRITICAL, Instant.EPOCH);

        outbox.acknowledged(new MessageId(2, 1));

        assertThat(ids(outbox)).containsExactly(new MessageId(2, 2));
        assertThat(store.list("outbox")).hasSize(1);
    }

    @Test
    void another_identity_of_the_same_machine_never_says_what_the_former_one_meant_to() {
        new Outbox(store, DEVICE, 1).add(CRITICAL, Instant.EPOCH);

        Outbox other = new Outbox(store, new DeviceId("acme", "d-b"), 2);

        assertThat(other.waiting()).isEmpty();
        assertThat(store.list("outbox")).isEmpty();
    }

    @Test
    void a_full_disk_is_told_and_the_report_kept_in_memory_until_there_is_room() {
        FullStore full = new FullStore(store);
        Outbox outbox = new Outbox(full, DEVICE, 1);

        outbox.add(CRITICAL, Instant.EPOCH);
        assertThat(outbox.trouble()).isEqualTo(StoreFailed.Kind.DiskFull);
        assertThat(outbox.waiting()).hasSize(1);

        full.room(true);
        outbox.persistAll();
        assertThat(outbox.trouble()).isNull();
        assertThat(store.list("outbox")).hasSize(1);
    }

    @Test
    void an_overflow_of_drift_is_dropped_before_anything_else() {
        Outbox outbox = new Outbox(store, DEVICE, 1);
        for (int i = 0; i < Outbox.CAPACITY; i++) {
            assertThat(outbox.add(CRITICAL, Instant.EPOCH)).isNotNull();
        }

        assertThat(outbox.add(CRITICAL, Instant.EPOCH)).isNull();
    }

    @Property(tries = 200)
    void whatever_happens_what_waits_is_in_order_and_unacknowledged(@ForAll @Size(max = 60) List<Byte> moves) {
        MemoryStore disk = new MemoryStore();
        long boot = 1;
        Outbox outbox = new Outbox(disk, DEVICE, boot);
        MessageId acknowledged = MessageId.NONE;
        List<MessageId> said = new ArrayList<>();
        for (byte move : moves) {
            switch (Math.floorMod(move, 4)) {
                case 0, 1 -> {
                    Envelope<?> envelope = outbox.add(CRITICAL, Instant.EPOCH);
                    said.add(envelope == null ? MessageId.NONE : envelope.messageId());
                }
                case 2 -> outbox = new Outbox(disk, DEVICE, ++boot);
                default -> {
                    if (!said.isEmpty()) {
                        MessageId upTo = said.get(Math.floorMod(move / 4, said.size()));
                        acknowledged = upTo.compareTo(acknowledged) > 0 ? upTo : acknowledged;
                        outbox.acknowledged(upTo);
                    }
                }
            }
        }
        MessageId last = acknowledged;
        assertThat(ids(outbox))
                .containsExactlyElementsOf(
                        said.stream().filter(id -> id.compareTo(last) > 0).toList());
    }

    private static List<MessageId> ids(Outbox outbox) {
        return outbox.waiting().stream().map(Envelope::messageId).toList();
    }
}
