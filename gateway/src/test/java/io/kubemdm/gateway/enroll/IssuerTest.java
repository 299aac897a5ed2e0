package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.gateway.ledger.VoidCertificate;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void a_revocation_list_is_what_the_jdk_and_openssl_take_for_one(@TempDir Path dir) throws Exception {
        BigInteger revoked = new BigInteger("340282366920938463463374607431768211455");
        byte[] der = issuer(Duration.ofDays(7))
                .revocationList(
                        List.of(
                                new VoidCertificate(revoked, now.minusSeconds(60), VoidCertificate.Why.Revoked),
                                new VoidCertificate(
                                        BigInteger.TWO, now.minusSeconds(9), VoidCertificate.Why.Superseded)),
                        now,
                        now.plus(Duration.ofHours(1)))
                .getEncoded();

        X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        list.verify(PKI.issuing().certificate().getPublicKey());
        assertThat(list.getVersion()).isEqualTo(2);
        assertThat(list.getThisUpdate().toInstant()).isEqualTo(now);
        assertThat(list.getNextUpdate().toInstant()).isEqualTo(now.plus(Duration.ofHours(1)));
        assertThat(list.getRevokedCertificate(revoked).getRevocationDate().toInstant())
                .isEqualTo(now.minusSeconds(60));
        assertThat(list.getRevokedCertificate(revoked).getRevocationReason()).isNull();
        assertThat(list.getRevokedCertificate(BigInteger.TWO).getRevocationReason())
                .isEqualTo(CRLReason.SUPERSEDED);
        assertThat(list.getRevokedCertificate(BigInteger.TEN)).isNull();

        Files.write(dir.resolve("issuing.crl"), der);
        Files.writeString(dir.resolve("issuing.crt"), Pem.of(PKI.issuing().certificate()));
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "crl",
                        "-inform",
                        "DER",
                        "-in",
                        "issuing.crl",
                        "-CAfile",
                        "issuing.crt",
                        "-verify",
                        "-text",
                        "-noout")
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor()).as(said).isZero();
        assertThat(said).contains("verify OK", "X509v3 CRL Number", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
    }

    @Test
    void a_revocation_list_is_signed_anew_only_now_and_then_and_never_leaves_one_out() throws Exception {
        Issuer issuer = issuer(Duration.ofDays(7));
        List<VoidCertificate> voided = new ArrayList<>();
        AtomicReference<Instant> clock = new AtomicReference<>(now);
        RevocationList list = new RevocationList(() -> voided, () -> issuer, clock::get);
        byte[] empty = list.der();

        voided.add(new VoidCertificate(BigInteger.TWO, now, VoidCertificate.Why.Revoked));
        assertThat(list.der()).isSameAs(empty);
        clock.set(now.plus(RevocationList.FRESH));
        byte[] full = list.der();
        assertThat(full).hasSizeBetween(empty.length + 1, empty.length + 100);

        clock.set(now.plus(RevocationList.FRESH.multipliedBy(2)));
        voided.addAll(Collections.nCopies(RevocationList.MAX_ENTRIES, voided.getFirst()));
        assertThat(list.der()).isNull();
    }

    private static Issuer issuer(Duration lifetime) {
        return Issuer.of(
                Pem.of(PKI.issuing().certificate()), Pem.of(PKI.issuing().keys().getPrivate()), lifetime);
    }
}
