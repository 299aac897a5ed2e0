package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;

class IssuerTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = new DeviceId("acme", "d-one");

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Test
    void a_certificate_is_for_client_authentication_only_and_bears_our_names() throws GeneralSecurityException {
        KeyPair keys = TestPki.keyPair();

        X509Certificate certificate = issuer(Duration.ofDays(30)).issue(DEVICE, keys.getPublic(), now);

        certificate.verify(PKI.issuing().keys().getPublic());
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=d-one");
        assertThat(PresentedCertificate.of(certificate))
                .isEqualTo(new PresentedCertificate(PresentedCertificate.fingerprint(certificate), DEVICE));
        assertThat(certificate.getExtendedKeyUsage()).isEqualTo(List.of(KeyUse.DEVICE.oid()));
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofMinutes(5)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(30)));
        assertThat(certificate.getNonCriticalExtensionOIDs())
                .contains(Extension.authorityKeyIdentifier.getId(), Extension.subjectKeyIdentifier.getId());
    }

    @Test
    void serial_numbers_are_random() {
        Issuer issuer = issuer(Duration.ofDays(7));
        KeyPair keys = TestPki.keyPair();
        Set<Object> serials = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            serials.add(issuer.issue(DEVICE, keys.getPublic(), now).getSerialNumber());
        }

        assertThat(serials).hasSize(100);
        assertThat(serials.toString().length()).as("some 128 bits each").isGreaterThan(100 * 35);
    }

    @Test
    void no_certificate_outlives_the_issuing_one() {
        X509Certificate certificate =
                issuer(Duration.ofDays(90)).issue(DEVICE, TestPki.keyPair().getPublic(), now.plus(Duration.ofDays(50)));

        assertThat(certificate.getNotAfter())
                .isEqualTo(PKI.issuing().certificate().getNotAfter());
    }

    @Test
    void a_lifetime_out_of_range_or_a_foreign_key_is_an_error_that_says_so() {
        assertThatThrownBy(() -> issuer(Duration.ofDays(91)))
                .hasMessage("kubemdm.enroll.certificate-lifetime is 91 days: choose 7 to 90");
        assertThatThrownBy(() -> issuer(Duration.ofDays(6))).hasMessageContaining("choose 7 to 90");
        assertThatThrownBy(() -> Issuer.of(
                        Pem.of(PKI.issuing().certificate()),
                        Pem.of(PKI.root().keys().getPrivate()),
                        Duration.ofDays(30)))
                .hasMessageContaining("does not belong to its certificate");
        assertThatThrownBy(() -> Issuer.of(
                        Pem.of(PKI.ordersKey().certificate()),
                        Pem.of(PKI.ordersKey().keys().getPrivate()),
                        Duration.ofDays(30)))
                .hasMessageContaining("not a CA certificate");
    }

    private static Issuer issuer(Duration lifetime) {
        return Issuer.of(
                Pem.of(PKI.issuing().certificate()), Pem.of(PKI.issuing().keys().getPrivate()), lifetime);
    }
}
