package io.kubemdm.protocol.audit;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.Checkpoint;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A partition as the engine writes it: devices in turn, one event a second, offsets as told. */
final class WrittenLog {

    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    final List<AuditRecord> records = new ArrayList<>();
    final List<String> hashes = new ArrayList<>();

    /** @param step between offsets: 1 within a transaction, 2 when each record has one of its own */
    static WrittenLog of(int events, int devices, int step) {
        WrittenLog log = new WrittenLog();
        Map<DeviceId, Long> sequences = new HashMap<>();
        String previous = EventChain.GENESIS;
        for (int i = 0; i < events; i++) {
            DeviceId device = new DeviceId("acme", "d-" + i % devices);
            EventRecord event = new EventRecord(
                    device,
                    sequences.merge(device, 1L, Long::sum),
                    1,
                    BEGIN.plusSeconds(i),
                    MessageId.NONE,
                    previous,
                    null,
                    new DeviceEvent.Disconnected(i, "PeerGone"));
            String value = new String(Json.canonical(event), StandardCharsets.UTF_8);
            AuditRecord record =
                    new AuditRecord(0, (long) i * step, event.time(), device.toString(), headers(event), value);
            previous = EventChain.hash(record.key(), record.headers(), record.bytes(), previous);
            log.records.add(record);
            log.hashes.add(previous);
        }
        return log;
    }

    private static Map<String, String> headers(EventRecord event) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                event.device() + "/" + event.sequence(),
                "ce_source",
                "/engine",
                "ce_type",
                event.event().typeName(),
                "ce_subject",
                event.device().toString(),
                "ce_time",
                event.time().toString(),
                "ce_sequence",
                Long.toString(event.sequence()),
                "content-type",
                "application/json");
    }

    /** The head after the record with this index, signed ten milliseconds later. */
    SignedHead head(int index, Signer signer) {
        AuditRecord record = records.get(index);
        Checkpoint checkpoint =
                new Checkpoint(0, hashes.get(index), record.time().plus(Duration.ofMillis(10)));
        return new SignedHead(0, index, record.time(), signer.sign(JwsType.CHECKPOINT, checkpoint));
    }

    AuditRecord edited(int index, String from, String to) {
        AuditRecord record = records.get(index);
        return new AuditRecord(
                0,
                record.offset(),
                record.time(),
                record.key(),
                record.headers(),
                record.value().replace(from, to));
    }
}
