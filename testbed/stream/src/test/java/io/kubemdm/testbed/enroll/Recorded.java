package io.kubemdm.testbed.enroll;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.TrustBundle;
import io.kubemdm.protocol.trust.Verifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What is committed on the two topics that enrolment writes.
 *
 * @param ledger by fingerprint, signatures checked
 */
record Recorded(Map<String, LedgerEntry> ledger, Map<String, Integer> partitions, List<Envelope<Message>> reports) {

    static Recorded now(EnrolRegion region) {
        Verifier verifier = new TrustBundle(List.of(
                        region.pki().root().certificate(), region.pki().ledger().certificate()))
                .verifier(KeyUse.LEDGER, Instant.now());
        Map<String, LedgerEntry> ledger = new HashMap<>();
        Map<String, Integer> partitions = new HashMap<>();
        List<Envelope<Message>> reports = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> each : region.broker().spectator().all(Topic.CERTIFICATES, Topic.REPORTS)) {
            if (each.topic().equals(Topic.CERTIFICATES.topicName())) {
                LedgerEntry entry = verifier.verify(
                                JwsType.LEDGER, new String(each.value(), StandardCharsets.US_ASCII), LedgerEntry.class)
                        .payload();
                ledger.put(each.key(), entry);
                partitions.put(each.key(), each.partition());
            } else {
                reports.add(EnvelopeBinding.fromRecord(each.headers(), each.value()));
            }
        }
        return new Recorded(ledger, partitions, reports);
    }

    List<LedgerEntry> of(DeviceId device) {
        return ledger.values().stream()
                .filter(entry -> entry.device().equals(device))
                .toList();
    }

    List<Envelope<Message>> reportsOf(DeviceId device) {
        return reports.stream()
                .filter(report -> device.equals(report.subject()))
                .toList();
    }
}
