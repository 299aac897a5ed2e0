package io.kubemdm.gateway.enroll;

import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A signed ledger entry, ready for {@code mdm.certificates}.
 *
 * @param jws compact, of type {@link JwsType#LEDGER}
 */
record LedgerRecord(String fingerprint, DeviceId device, String jws) {

    static LedgerRecord signed(LedgerEntry entry, Signer signer) {
        return new LedgerRecord(entry.fingerprint(), entry.device(), signer.sign(JwsType.LEDGER, entry));
    }

    /** Keyed by fingerprint, placed with its device. */
    ProducerRecord<String, byte[]> toRecord(int partitions) {
        return new ProducerRecord<>(
                Topic.CERTIFICATES.topicName(),
                Partitions.of(device, partitions),
                fingerprint,
                jws.getBytes(StandardCharsets.US_ASCII));
    }
}
