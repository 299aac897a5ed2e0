package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Ownership;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
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

@ExtendWith(Enrolling.Extension.class)
class EnrolmentTest {

    private final EnrolRegion region;
    private final EnrolReplica one;
    private final EnrolReplica two;

    EnrolmentTest(Enrolling enrolling) {
        this.region = enrolling.region();
        this.one = enrolling.one();
        this.two = enrolling.two();
    }

    @BeforeAll
    static void token(Enrolling enrolling) {
        enrolling.region().token("laptops", token -> token.labels(Map.of("team", "field"))
                .ownership(Ownership.Personal));
    }

    @Test
    void anEnrolmentIsInTheLedgerAndReportedToTheEngineByTheTimeItIsAnswered() {
        KeyPair keys = Requester.newKeys("secp256r1");
        DeviceId device = device(keys);

        Requester.Answer answer = requester(one)
                .enrol(
                        "acme/laptops:" + EnrolRegion.SECRET,
                        Requester.request(keys),
                        Map.of("Kubemdm-Serial", "PF-1", "Kubemdm-Model", "T14", "Kubemdm-Vendor", "Lenovo"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        Recorded recorded = Recorded.now(region);
        X509Certificate certificate = answer.certificate();
        String fingerprint = fingerprint(certificate);
        LedgerEntry entry = recorded.ledger().get(fingerprint);
        assertThat(entry.device()).isEqualTo(device);
        assertThat(entry.epoch()).isEqualTo(1);
        assertThat(entry.notAfter()).isEqualTo(certificate.getNotAfter().toInstant());
        assertThat(recorded.partitions().get(fingerprint)).isEqualTo(Partitions.of(device, 3));
        assertThat(recorded.reportsOf(device)).singleElement().satisfies(report -> {
            assertThat(report.epoch()).isEqualTo(1);
            assertThat(report.source()).isEqualTo("/enroll/kubemdm-enroll-0");
            assertThat(report.body())
                    .isEqualTo(new DeviceEnrolled(
                            fingerprint,
                            entry.notAfter(),
                            entry.spki(),
                            "Linux",
                            "Personal",
                            Map.of("team", "field"),
                            "laptops",
                            "PF-1",
                            "T14",
                            "Lenovo"));
        });
    }

    @Test
    void theSameKeyEnrolledAgainIsTheSameDeviceInTheNextEpoch() {
        KeyPair keys = Requester.newKeys("secp256r1");

        requester(one).enrol("laptops", Requester.request(keys));
        requester(one).enrol("laptops", Requester.request(keys));

        assertThat(Recorded.now(region).of(device(keys)))
                .extracting(LedgerEntry::epoch)
                .containsExactlyInAnyOrder(1L, 2L);
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
                false, csr(keys), new JcaHttpAuthBuilder("acme/laptops", EnrolRegion.SECRET.toCharArray()).build());
        X509Certificate first = certificate(enrolled);
        KeyPair fresh = Requester.newKeys("secp256r1");
        X509Certificate second = certificate(new JsseESTServiceBuilder("localhost", two.port(), root)
                .withKeyManagers(keyManagers(keys, first))
                .build()
                .simpleEnroll(true, csr(fresh), null));

        assertThat(second.getPublicKey()).isEqualTo(fresh.getPublic());
        assertThat(second.getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
        Recorded recorded = Recorded.now(region);
        assertThat(recorded.of(device(keys))).hasSize(2).allMatch(entry -> entry.epoch() == 1);
        assertThat(recorded.reportsOf(device(keys)))
                .extracting(report -> report.body().getClass().getSimpleName())
                .containsExactly("DeviceEnrolled", "CertificateRenewed");
    }

    @Test
    void aRevokedCertificateDoesNotRenew() throws Exception {
        KeyPair keys = Requester.newKeys("secp256r1");
        X509Certificate certificate =
                requester(one).enrol("laptops", Requester.request(keys)).certificate();
        revoke(device(keys));
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
        requester(one).enrol("laptops", Requester.request(keys));
        KeyPair thief = Requester.newKeys("secp256r1");
        Requester forger =
                new Requester(region, one.port(), new Requester.Identity(thief, forged(device(keys), thief)));

        assertThat(requester(one).renew(Requester.request(keys)).body())
                .contains("simplereenroll needs the device's current certificate");
        assertThat(forger.renew(Requester.request(thief)))
                .satisfies(answer -> assertThat(answer.body()).contains("the certificate is not in the ledger"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(403));
    }

    @Test
    void approvalIsAKubernetesRequestThatAPersonApproves() {
        region.token("visitors", token -> token.approval(Approval.Manual).maxUses(1));
        byte[] request = Requester.request(Requester.newKeys("secp256r1"));

        Requester.Answer waiting = requester(one).enrol("visitors", request);

        assertThat(waiting.status()).as(waiting.body()).isEqualTo(202);
        assertThat(waiting.headers()).containsKey("retry-after");
        CertificateSigningRequest pending = pendingFor("visitors");
        assertThat(waiting.body())
                .contains("kubectl certificate approve " + pending.getMetadata().getName());
        assertThat(region.uses("visitors")).isZero();

        region.plane().kubectl().run("delete", "csr", pending.getMetadata().getName());
        assertThat(requester(two).enrol("visitors", request).status())
                .as("a request that vanished is made anew")
                .isEqualTo(202);
        region.plane()
                .kubectl()
                .run("certificate", "approve", pending.getMetadata().getName());
        Requester.Answer issued = requester(two).enrol("visitors", request);

        assertThat(issued.status()).as(issued.body()).isEqualTo(200);
        assertThat(region.uses("visitors")).isEqualTo(1);
    }

    @Test
    void aDeniedRequestIsRefused() {
        region.token("strangers", token -> token.approval(Approval.Manual));
        byte[] request = Requester.request(Requester.newKeys("secp256r1"));
        String body = requester(one).enrol("strangers", request).body();
        String name = body.replaceAll("(?s).*approve (\\S+),.*", "$1");

        region.plane().kubectl().run("certificate", "deny", name);

        Requester.Answer answer = requester(one).enrol("strangers", request);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains(name).contains("was Denied");
    }

    @Test
    void anUnlimitedTokenLetsDevicesInWhileTheApiServerIsAway() {
        region.token("limited", token -> token.maxUses(5));
        await().until(() -> requester(one)
                        .enrol("limited", Requester.request(Requester.newKeys("secp256r1")))
                        .status()
                == 200);
        region.plane().kill9ApiServer();
        try {
            Requester.Answer unlimited =
                    requester(one).enrol("laptops", Requester.request(Requester.newKeys("secp256r1")));
            Requester.Answer limited =
                    requester(one).enrol("limited", Requester.request(Requester.newKeys("secp256r1")));

            assertThat(unlimited.status()).as(unlimited.body()).isEqualTo(200);
            assertThat(limited.status()).isEqualTo(503);
            assertThat(limited.body()).contains("the Kubernetes API is away").contains("acme/limited");
            assertThat(limited.headers()).containsKey("retry-after");
        } finally {
            region.plane().restartApiServer();
        }
        region.token("later", token -> token);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> requester(one)
                                .enrol("later", Requester.request(Requester.newKeys("secp256r1")))
                                .status()
                        == 200);
    }

    private CertificateSigningRequest pendingFor(String token) {
        return region.plane().client().certificates().v1().certificateSigningRequests().list().getItems().stream()
                .filter(each -> each.getSpec().getSignerName().equals("kubemdm.io/acme"))
                .filter(each -> token.equals(each.getMetadata().getAnnotations().get("kubemdm.io/token")))
                .findFirst()
                .orElseThrow();
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

    private Requester requester(EnrolReplica replica) {
        return new Requester(region, replica.port(), null);
    }

    private static DeviceId device(KeyPair keys) {
        return new DeviceId(EnrolRegion.TENANT, DeviceName.of(keys.getPublic()));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
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
