package io.kubemdm.cli.audit;

import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.audit.AuditRecord;
import io.kubemdm.protocol.audit.EventChain;
import io.kubemdm.protocol.audit.SignedHead;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.Checkpoint;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the lines of an export: two partitions, a signed head every tenth record, each record a transaction. */
final class ExportedLog {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PARTITIONS = 2;
    private static final int HEAD_EVERY = 10;
    private static final int HEADS = 5;

    private ExportedLog() {}

    /** @param events of each partition */
    static List<String> lines(int events, int devices, Signer signer) {
        List<AuditLine> lines = new ArrayList<>();
        lines.add(AuditLine.of(new AuditLine.Begin(AuditLine.VERSION, BEGIN.plusSeconds(events), PARTITIONS)));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            lines.add(AuditLine.of(new AuditLine.Partition(partition, 0, events * 2L)));
            partition(lines, partition, events, devices, signer);
        }
        lines.add(AuditLine.of(new AuditLine.End((long) events * PARTITIONS)));
        return new ArrayList<>(lines.stream()
                .map(line -> new String(Json.write(line), StandardCharsets.UTF_8))
                .toList());
    }

    private static void partition(List<AuditLine> lines, int partition, int events, int devices, Signer signer) {
        List<AuditRecord> records = new ArrayList<>();
        List<AuditLine> heads = new ArrayList<>();
        Map<DeviceId, Long> sequences = new HashMap<>();
        String previous = EventChain.GENESIS;
        for (int i = 0; i < events; i++) {
            DeviceId device = new DeviceId("acme", "d-" + partition + "-" + i % devices);
            EventRecord event = new EventRecord(
                    device,
                    sequences.merge(device, 1L, Long::sum),
                    1,
                    BEGIN.plusSeconds(i),
                    MessageId.NONE,
                    previous,
                    null,
                    new DeviceEvent.Disconnected(i, "PeerGone"));
            AuditRecord record = new AuditRecord(
                    partition,
                    i * 2L,
                    event.time(),
                    device.toString(),
                    headers(event),
                    new String(Json.canonical(event), StandardCharsets.UTF_8));
            records.add(record);
            previous = EventChain.hash(record.key(), record.headers(), record.bytes(), previous);
            if (i % HEAD_EVERY == HEAD_EVERY - 1 && events - i <= HEADS * HEAD_EVERY) {
                Checkpoint checkpoint =
                        new Checkpoint(partition, previous, event.time().plusMillis(1));
                heads.add(AuditLine.of(
                        new SignedHead(partition, i, checkpoint.at(), signer.sign(JwsType.CHECKPOINT, checkpoint))));
            }
        }
        lines.addAll(heads);
        records.forEach(record -> lines.add(AuditLine.of(record)));
    }

    private static Map<String, String> headers(EventRecord event) {
        return Map.of(
                "ce_specversion", "1.0",
                "ce_id", event.device() + "/" + event.sequence(),
                "ce_source", "/engine",
                "ce_type", event.event().typeName(),
                "ce_subject", event.device().toString(),
                "ce_time", event.time().toString(),
                "ce_sequence", Long.toString(event.sequence()));
    }
}
