package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.testbed.channel.Records;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Enrolling.Extension.class)
class RevocationListTest {

    private final EnrolRegion region;
    private final EnrolReplica one;
    private final EnrolReplica two;

    RevocationListTest(Enrolling enrolling) {
        this.region = enrolling.region();
        this.one = enrolling.one();
        this.two = enrolling.two();
    }

    @Test
    void everyReplicaListsWhatWasRevokedAndWhatAnotherEnrolmentReplaced() {
        region.token("revocable", UnaryOperator.identity());
        KeyPair lost = Requester.newKeys("secp256r1");
        KeyPair twice = Requester.newKeys("secp256r1");
        KeyPair fine = Requester.newKeys("secp256r1");
        X509Certificate revoked = enrol(lost);
        X509Certificate superseded = enrol(twice);
        X509Certificate current = enrol(twice);
        X509Certificate good = enrol(fine);
        Instant before = Instant.now().plusSeconds(1);
        revoke(lost, before);

        for (EnrolReplica replica : new EnrolReplica[] {one, two}) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                X509CRL list = list(replica);
                X509CRLEntry entry = list.getRevokedCertificate(revoked.getSerialNumber());
                assertThat(entry).isNotNull();
                assertThat(entry.getRevocationDate().toInstant().getEpochSecond())
                        .isEqualTo(before.getEpochSecond());
                assertThat(reason(list, superseded)).isEqualTo(CRLReason.SUPERSEDED);
                assertThat(list.getRevokedCertificate(current.getSerialNumber()))
                        .isNull();
                assertThat(list.getRevokedCertificate(good.getSerialNumber())).isNull();
            });
        }
    }

    private X509CRL list(EnrolReplica replica) throws GeneralSecurityException {
        byte[] der = new Requester(region, replica.port(), null).get("/crl/issuing.crl", "application/pkix-crl");
        X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        list.verify(region.pki().issuing().certificate().getPublicKey());
        assertThat(list.getNextUpdate().toInstant()).isAfter(Instant.now());
        return list;
    }

    private static @Nullable CRLReason reason(X509CRL list, X509Certificate certificate) {
        X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
        return entry == null ? null : entry.getRevocationReason();
    }

    private X509Certificate enrol(KeyPair keys) {
        Requester.Answer answer = new Requester(region, one.port(), null).enrol("revocable", Requester.request(keys));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.certificate();
    }

    private void revoke(KeyPair keys, Instant before) {
        DeviceId device = Requester.device(keys);
        Signer orders = new Signer((ECPrivateKey) region.pki().orders().key(), (ECPublicKey)
                region.pki().orders().certificate().getPublicKey());
        try (Records records = new Records(region.broker())) {
            records.put(
                    Principal.OPERATOR,
                    Topic.REVOCATIONS,
                    device.toString(),
                    orders.sign(JwsType.REVOCATION, new Revocation(device, before, "lost")));
        }
    }
}
