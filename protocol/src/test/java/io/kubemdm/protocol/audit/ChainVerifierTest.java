package io.kubemdm.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.audit.Flaw.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ChainVerifierTest {

    /** Three devices in one transaction. */
    private final WrittenLog log = WrittenLog.of(12, 3, 1);

    @Test
    void a_log_as_written_verifies() {
        ChainVerifier verifier = verifier(true, log.records);

        assertThat(verifier.firstFlaw()).isNull();
        assertThat(verifier.head()).isEqualTo(log.hashes.getLast());
        assertThat(verifier.events()).isEqualTo(12);
    }

    @Test
    void a_log_cut_by_retention_verifies_from_where_it_begins() {
        assertThat(verifier(false, log.records.subList(5, 12)).firstFlaw()).isNull();
    }

    @Test
    void a_log_that_should_be_whole_and_lacks_its_beginning_is_told() {
        assertThat(flaw(log.records.subList(1, 12)))
                .extracting(Flaw::kind, Flaw::offset)
                .containsExactly(Kind.Missing, -1L);
    }

    @Test
    void an_edited_byte_names_its_record() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.set(4, log.edited(4, "PeerGone", "PeerHere"));

        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Edited, 4L);
    }

    @Test
    void an_edited_predecessor_names_its_record() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.set(4, log.edited(4, log.hashes.get(3), log.hashes.get(1)));

        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Edited, 4L);
    }

    @Test
    void a_value_that_cannot_be_read_names_its_record() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.set(4, log.edited(4, "{\"", "{"));

        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Edited, 4L);
    }

    @Test
    void an_edited_sequence_time_or_device_is_told_by_the_headers() {
        for (Map.Entry<String, String> edit : Map.of(
                        "\"sequence\":2", "\"sequence\":3",
                        "00:00:04Z", "00:00:05Z",
                        "acme/d-1", "acme/d-2")
                .entrySet()) {
            List<AuditRecord> records = new ArrayList<>(log.records);
            records.set(4, log.edited(4, edit.getKey(), edit.getValue()));

            assertThat(flaw(records))
                    .as(edit.getKey())
                    .extracting(Flaw::kind, Flaw::offset)
                    .containsExactly(Kind.Edited, 4L);
        }
    }

    @Test
    void every_cloudevents_header_is_under_the_hash_and_no_other_is() {
        AuditRecord record = log.records.get(4);
        Map<String, String> headers = new HashMap<>(record.headers());
        headers.put("ce_traceparent", "00-1-1-01");
        assertThat(flaw(with(4, new AuditRecord(0, 4, record.time(), record.key(), headers, record.value()))))
                .extracting(Flaw::kind, Flaw::offset)
                .containsExactly(Kind.Edited, 4L);

        headers.remove("ce_traceparent");
        headers.put("x-mirror", "west");
        assertThat(verifier(true, with(4, new AuditRecord(0, 4, record.time(), record.key(), headers, record.value())))
                        .firstFlaw())
                .isNull();
    }

    @Test
    void a_removed_record_is_missing() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.remove(4);

        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Missing, 3L);
        assertThat(flaw(records).detail()).contains("offset 5", "acme/d-1", "1 to 3");
    }

    @Test
    void a_device_s_last_record_that_is_gone_may_also_have_been_edited() {
        WrittenLog alone = WrittenLog.of(6, 6, 2);
        List<AuditRecord> records = new ArrayList<>(alone.records);
        records.remove(4);

        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.EditedOrMissing, 6L);
    }

    @Test
    void two_swapped_records_are_reordered() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.set(4, log.records.get(5));
        records.set(5, log.records.get(4));
        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Reordered, 5L);

        // Also when whoever did it gave them each other's offsets.
        records.set(4, at(4, log.records.get(5)));
        records.set(5, at(5, log.records.get(4)));
        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Reordered, 4L);
    }

    @Test
    void a_repeated_record_is_reordered() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.add(5, log.records.get(4));

        assertThat(flaw(records)).extracting(Flaw::kind, Flaw::offset).containsExactly(Kind.Reordered, 4L);
    }

    private List<AuditRecord> with(int index, AuditRecord record) {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.set(index, record);
        return records;
    }

    private static AuditRecord at(long offset, AuditRecord record) {
        return new AuditRecord(0, offset, record.time(), record.key(), record.headers(), record.value());
    }

    private static Flaw flaw(List<AuditRecord> records) {
        return Objects.requireNonNull(verifier(true, records).firstFlaw());
    }

    private static ChainVerifier verifier(boolean fromStart, List<AuditRecord> records) {
        ChainVerifier verifier = new ChainVerifier(0, fromStart);
        records.forEach(verifier::accept);
        return verifier;
    }
}
