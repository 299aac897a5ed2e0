package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.testbed.channel.Records;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A device that was away beyond the end of its certificate has a way back, for thirty days. */
@ExtendWith(Enrolling.Extension.class)
class LateRenewalTest {

    private final EnrolRegion region;
    private final EnrolReplica replica;

    LateRenewalTest(Enrolling enrolling) {
        this.region = enrolling.region();
        this.replica = enrolling.one();
    }

    @Test
    void aCertificateThatEndedRenewsItselfWithinTheGraceAndNotLater() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Requester.Identity away = ended(now.minus(Duration.ofDays(29)));
        Requester.Identity tooLong = ended(now.minus(Duration.ofDays(31)));

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Requester.Answer answer = renew(tooLong);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("more than 30 days ago");
        });
        Requester.Answer renewed = renew(away);
        assertThat(renewed.status()).as(renewed.body()).isEqualTo(200);
        assertThat(renewed.certificate().getNotAfter().toInstant()).isAfter(now);
        assertThat(renewed.certificate().getSubjectX500Principal())
                .isEqualTo(away.certificate().getSubjectX500Principal());
    }

    private Requester.Answer renew(Requester.Identity identity) {
        return new Requester(region, replica.port(), identity).renew(Requester.request(identity.keys()));
    }

    /** A device in the ledger whose certificate ended then. */
    private Requester.Identity ended(Instant notAfter) throws Exception {
        KeyPair keys = Requester.newKeys("secp256r1");
        DeviceId device = Requester.device(keys);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                region.pki().issuing().certificate(),
                BigInteger.valueOf(notAfter.getEpochSecond()),
                Date.from(notAfter.minus(Duration.ofDays(90))),
                Date.from(notAfter),
                new X500Principal("CN=" + device.name()),
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + device)));
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(region.pki().issuing().key())));
        LedgerEntry entry = new LedgerEntry(
                Digest.of(certificate.getEncoded()),
                device,
                1,
                certificate.getNotBefore().toInstant(),
                notAfter,
                Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
                certificate.getSerialNumber().toString());
        Signer ledger = new Signer((ECPrivateKey) region.pki().ledger().key(), (ECPublicKey)
                region.pki().ledger().certificate().getPublicKey());
        try (Records records = new Records(region.broker())) {
            records.put(Principal.ENROLL, Topic.CERTIFICATES, entry.fingerprint(), ledger.sign(JwsType.LEDGER, entry));
        }
        return new Requester.Identity(keys, certificate);
    }
}
