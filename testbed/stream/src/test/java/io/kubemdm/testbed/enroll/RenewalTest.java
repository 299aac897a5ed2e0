package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.est.jcajce.JcaHttpAuthBuilder;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Certificates that are renewed, by a foreign client too, and those that are not. */
@ExtendWith(Enrolling.Extension.class)
class RenewalTest {

    private final Enrolling enrolling;
    private final EnrolRegion region;
    private final EnrolReplica one;
    private final EnrolReplica two;

    RenewalTest(Enrolling enrolling) {
        this.enrolling = enrolling;
        this.region = enrolling.region();
        this.one = enrolling.one();
        this.two = enrolling.two();
    }

    @BeforeAll
    static void token(Enrolling enrolling) {
        enrolling.region().token("renewers", token -> token);
    }

    @Test
    void bouncyCastlesEstClientEnrolsAndRenewsWithANewKey() throws Exception {
        X509TrustManager root = Requester.trust(region);
        KeyPair keys = Requester.newKeys("secp256r1");
        ESTService service = new JsseESTServiceBuilder("localhost", one.port(), root).build();

        assertThat(service.getCACerts().getCertificateStore().getMatches(null))
                .extracting(X509CertificateHolder::getSubject)
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("CN=KubeMDM root CA", "CN=KubeMDM device CA", "CN=KubeMDM orders");
        EnrollmentResponse enrolled = service.simpleEnroll(
                false, csr(keys), new JcaHttpAuthBuilder("acme/renewers", EnrolRegion.SECRET.toCharArray()).build());
        X509Certificate first = certificate(enrolled);
        KeyPair fresh = Requester.newKeys("secp256r1");
        X509Certificate second = certificate(new JsseESTServiceBuilder("localhost", two.port(), root)
                .withKeyManagers(keyManagers(keys, first))
                .build()
                .simpleEnroll(true, csr(fresh), null));

        assertThat(second.getPublicKey()).isEqualTo(fresh.getPublic());
        assertThat(second.getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
        Recorded recorded = Recorded.now(region);
        assertThat(recorded.of(Requester.device(keys))).hasSize(2).allMatch(entry -> entry.epoch() == 1);
        assertThat(recorded.reportsOf(Requester.device(keys)))
                .extracting(report -> report.body().getClass().getSimpleName())
                .containsExactly("DeviceEnrolled", "CertificateRenewed");
    }

    @Test
    void aRevokedCertificateDoesNotRenew() throws Exception {
        KeyPair keys = Requester.newKeys("secp256r1");
        X509Certificate certificate =
                enrolling.to(one).enrol("renewers", Requester.request(keys)).certificate();
        revoke(Requester.device(keys));
        Requester holder = new Requester(region, one.port(), new Requester.Identity(keys, certificate));

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Requester.Answer answer = holder.renew(Requester.request(keys));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("the certificate is revoked").contains("enrol again with a token");
        });
    }

    @Test
    void renewalWithoutCertificateOrWithAForgedOneIsRefused() throws Exception {
        KeyPair keys = Requester.newKeys("secp256r1");
        enrolling.to(one).enrol("renewers", Requester.request(keys));
        KeyPair thief = Requester.newKeys("secp256r1");
        Requester forger =
                new Requester(region, one.port(), new Requester.Identity(thief, forged(Requester.device(keys), thief)));

        assertThat(enrolling.to(one).renew(Requester.request(keys)).body())
                .contains("simplereenroll needs the device's current certificate");
        assertThat(forger.renew(Requester.request(thief)))
                .satisfies(answer -> assertThat(answer.body()).contains("the certificate is not in the ledger"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(403));
    }

    /** All that can be written about a device without the issuing key. */
    private X509Certificate forged(DeviceId device, KeyPair thief) throws Exception {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                region.pki().issuing().certificate(),
                BigInteger.ONE,
                Date.from(Instant.now()),
                Date.from(Instant.now().plus(Duration.ofDays(1))),
                new X500Principal("CN=" + device.name()),
                thief.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + device)));
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(thief.getPrivate())));
    }

    private void revoke(DeviceId device) throws Exception {
        Signer orders = new Signer((ECPrivateKey) region.pki().orders().key(), (ECPublicKey)
                region.pki().orders().certificate().getPublicKey());
        String jws = orders.sign(
                JwsType.REVOCATION, new Revocation(device, Instant.now().plusSeconds(1), "lost"));
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                region.broker().accessFor(Principal.OPERATOR).producer("test"))) {
            producer.send(new ProducerRecord<>(
                            Topic.REVOCATIONS.topicName(), device.toString(), jws.getBytes(StandardCharsets.US_ASCII)))
                    .get();
        }
    }

    private static PKCS10CertificationRequest csr(KeyPair keys) throws Exception {
        return new PKCS10CertificationRequest(java.util.Base64.getDecoder().decode(Requester.request(keys)));
    }

    private static X509Certificate certificate(EnrollmentResponse response) throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(response.getStore().getMatches(null).iterator().next());
    }

    private javax.net.ssl.KeyManager[] keyManagers(KeyPair keys, X509Certificate certificate) throws Exception {
        java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("device", keys.getPrivate(), new char[0], new X509Certificate[] {
            certificate, region.pki().issuing().certificate()
        });
        KeyManagerFactory factory = KeyManagerFactory.getInstance("NewSunX509");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }
}
