package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.kubemdm.bus.Partitions;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Ownership;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.message.DeviceEnrolled;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Enrolling.Extension.class)
class EnrolmentTest {

    private final Enrolling enrolling;
    private final EnrolRegion region;
    private final EnrolReplica one;
    private final EnrolReplica two;

    EnrolmentTest(Enrolling enrolling) {
        this.enrolling = enrolling;
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
        DeviceId device = Requester.device(keys);

        Requester.Answer answer = enrolling
                .to(one)
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

        enrolling.to(one).enrol("laptops", Requester.request(keys));
        enrolling.to(one).enrol("laptops", Requester.request(keys));

        assertThat(Recorded.now(region).of(Requester.device(keys)))
                .extracting(LedgerEntry::epoch)
                .containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void approvalIsAKubernetesRequestThatAPersonApproves() {
        region.token("visitors", token -> token.approval(Approval.Manual).maxUses(1));
        byte[] request = Requester.request(Requester.newKeys("secp256r1"));

        Requester.Answer waiting = enrolling.to(one).enrol("visitors", request);

        assertThat(waiting.status()).as(waiting.body()).isEqualTo(202);
        assertThat(waiting.headers()).containsKey("retry-after");
        CertificateSigningRequest pending = pendingFor("visitors");
        assertThat(waiting.body())
                .contains("kubectl certificate approve " + pending.getMetadata().getName());
        assertThat(region.uses("visitors")).isZero();

        region.plane().kubectl().run("delete", "csr", pending.getMetadata().getName());
        assertThat(enrolling.to(two).enrol("visitors", request).status())
                .as("a request that vanished is made anew")
                .isEqualTo(202);
        region.plane()
                .kubectl()
                .run("certificate", "approve", pending.getMetadata().getName());
        Requester.Answer issued = enrolling.to(two).enrol("visitors", request);

        assertThat(issued.status()).as(issued.body()).isEqualTo(200);
        assertThat(region.uses("visitors")).isEqualTo(1);
    }

    @Test
    void aDeniedRequestIsRefused() {
        region.token("strangers", token -> token.approval(Approval.Manual));
        byte[] request = Requester.request(Requester.newKeys("secp256r1"));
        String body = enrolling.to(one).enrol("strangers", request).body();
        String name = body.replaceAll("(?s).*approve (\\S+),.*", "$1");

        region.plane().kubectl().run("certificate", "deny", name);

        Requester.Answer answer = enrolling.to(one).enrol("strangers", request);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains(name).contains("was Denied");
    }

    @Test
    void anUnlimitedTokenLetsDevicesInWhileTheApiServerIsAway() {
        region.token("limited", token -> token.maxUses(5));
        await().until(() -> enrolling
                        .to(one)
                        .enrol("limited", Requester.request(Requester.newKeys("secp256r1")))
                        .status()
                == 200);
        region.plane().kill9ApiServer();
        try {
            Requester.Answer unlimited =
                    enrolling.to(one).enrol("laptops", Requester.request(Requester.newKeys("secp256r1")));
            Requester.Answer limited =
                    enrolling.to(one).enrol("limited", Requester.request(Requester.newKeys("secp256r1")));

            assertThat(unlimited.status()).as(unlimited.body()).isEqualTo(200);
            assertThat(limited.status()).isEqualTo(503);
            assertThat(limited.body()).contains("the Kubernetes API is away").contains("acme/limited");
            assertThat(limited.headers()).containsKey("retry-after");
        } finally {
            region.plane().restartApiServer();
        }
        region.token("later", token -> token);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> enrolling
                                .to(one)
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

    private static String fingerprint(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
