package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.kubemdm.agent.identity.EnrollFailed;
import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.Enrollment;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.ServerTrust;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.Store;
import io.kubemdm.crds.Approval;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceName;
import io.kubemdm.protocol.ledger.LedgerEntry;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The agent's own classes against the service: what a device does from its first command to its renewed certificate. */
@ExtendWith(Enrolling.Extension.class)
class AgentIdentityTest {

    private final EnrolRegion region;
    private final EnrolReplica one;
    private final EnrolReplica two;
    private final Store disk = new MemoryStore();

    AgentIdentityTest(Enrolling enrolling) {
        this.region = enrolling.region();
        this.one = enrolling.one();
        this.two = enrolling.two();
    }

    @BeforeAll
    static void tokens(Enrolling enrolling) {
        enrolling.region().token("agents", token -> token);
        enrolling.region().token("guests", token -> token.approval(Approval.Manual)
                .maxUses(1));
    }

    @Test
    void aPinIsEnoughToEnrolAndTheCertificateIsThenRenewedOnDisk() throws Exception {
        Identity enrolled = enrollment((wait, because) -> {})
                .enroll(request("agents", pinOf(region.pki().root().certificate())));

        Identity renewed = enrollment((wait, because) -> {}).renew(onDisk());

        assertThat(enrolled.device().name())
                .isEqualTo(DeviceName.of(enrolled.key().publicKey()));
        assertThat(renewed.device()).isEqualTo(enrolled.device());
        assertThat(renewed.key().publicKey()).isEqualTo(enrolled.key().publicKey());
        assertThat(renewed.certificate()).isNotEqualTo(enrolled.certificate());
        assertThat(renewed.certificates())
                .as("with its issuer, which a gateway that knows only the root needs")
                .contains(region.pki().issuing().certificate());
        assertThat(renewed.trust().certificates())
                .contains(
                        region.pki().root().certificate(), region.pki().orders().certificate());
        assertThat(onDisk().certificates()).isEqualTo(renewed.certificates());
        Map<String, LedgerEntry> ledger = Recorded.now(region).ledger();
        assertThat(ledger.get(fingerprint(enrolled)).epoch()).isEqualTo(1);
        assertThat(ledger.get(fingerprint(renewed)).epoch()).isEqualTo(1);
    }

    @Test
    void aWrongPinStopsTheAgentBeforeItSaysAnythingToTheServer() {
        ServerTrust wrong = pinOf(region.pki().ledger().certificate());

        assertThatExceptionOfType(EnrollFailed.class)
                .isThrownBy(() -> enrollment((wait, because) -> {}).enroll(request("agents", wrong)))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(EnrollFailed.Kind.Untrusted))
                .withMessageContaining("check --ca-pin");
        assertThat(disk.list("keys")).as("no key was made for it").isEmpty();
    }

    @Test
    void theAgentWaitsAsLongAsItIsToldAndEnrolsOnceSomebodyHasApproved() {
        List<Duration> waits = new ArrayList<>();

        Identity identity = enrollment((wait, because) -> {
                    waits.add(wait);
                    approve();
                })
                .enroll(request("guests", roots()));

        assertThat(waits).singleElement().satisfies(wait -> assertThat(wait)
                .as("Retry-After is 10 s")
                .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10)));
        assertThat(Recorded.now(region).of(identity.device())).hasSize(1);
        assertThat(region.uses("guests")).isEqualTo(1);
    }

    @Test
    void aRefusalReachesThePersonAtTheDeviceWithItsReason() {
        region.token("closed", token -> token.suspended(true));

        assertThatExceptionOfType(EnrollFailed.class)
                .isThrownBy(() -> enrollment((wait, because) -> {}).enroll(request("closed", roots())))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(EnrollFailed.Kind.Refused))
                .withMessageContaining("token acme/closed is suspended: set spec.suspended to false")
                .withMessageNotContaining(EnrolRegion.SECRET);
    }

    private void approve() {
        List<String> pending =
                region.plane().client().certificates().v1().certificateSigningRequests().list().getItems().stream()
                        .filter(csr -> "guests"
                                .equals(csr.getMetadata().getAnnotations().get("kubemdm.io/token")))
                        .map(CertificateSigningRequest::getMetadata)
                        .map(metadata -> metadata.getName())
                        .toList();
        assertThat(pending).hasSize(1);
        region.plane().kubectl().run("certificate", "approve", pending.getFirst());
    }

    private Enrollment enrollment(Enrollment.Pause pause) {
        return new Enrollment(identities(), Clock.systemUTC(), pause);
    }

    private IdentityStore identities() {
        return new IdentityStore(disk, new SoftwareKeys(disk));
    }

    private Identity onDisk() {
        return Objects.requireNonNull(identities().read(), "the identity is on disk");
    }

    private EnrollRequest request(String token, ServerTrust trust) {
        EnrolReplica server = token.equals("guests") ? two : one;
        return new EnrollRequest(
                URI.create("https://localhost:" + server.port()),
                EnrolRegion.TENANT,
                token,
                EnrolRegion.SECRET,
                trust,
                List.of(new Endpoint("localhost", 8443)),
                Map.of("Kubemdm-Platform", "Linux"),
                Duration.ofMinutes(1));
    }

    private ServerTrust roots() {
        return new ServerTrust.Roots(List.of(region.pki().root().certificate()));
    }

    private static ServerTrust pinOf(X509Certificate certificate) {
        return new ServerTrust.Pin(Digest.of(certificate.getPublicKey().getEncoded()));
    }

    private static String fingerprint(Identity identity) throws GeneralSecurityException {
        return Digest.of(identity.certificate().getEncoded());
    }
}
