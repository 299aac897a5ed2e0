package io.kubemdm.gateway.enroll;

import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.TrustFiles;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The two keys this role holds, and what it tells devices to trust.
 *
 * @param ledger signs ledger entries
 * @param trusted EST's {@code cacerts}: root, issuing CA, order-signing certificates
 */
record SigningKeys(Issuer issuer, Signer ledger, List<X509Certificate> trusted) {

    /**
     * Reads the mounted files.
     *
     * @throws IllegalStateException naming the file or key at fault
     */
    static SigningKeys read(GatewayConfig config) {
        GatewayConfig.Enroll enroll = config.enroll();
        List<X509Certificate> trusted =
                new ArrayList<>(TrustFiles.certificates(config.trust().root()));
        trusted.addAll(TrustFiles.certificates(enroll.issuingCertificate()).subList(0, 1));
        trusted.addAll(TrustFiles.certificates(config.trust().orders()));
        X509Certificate ledger =
                TrustFiles.certificates(enroll.ledgerCertificate()).getFirst();
        try {
            return new SigningKeys(
                    Issuer.of(
                            TrustFiles.text(enroll.issuingCertificate()),
                            TrustFiles.text(enroll.issuingKey()),
                            enroll.certificateLifetime()),
                    new Signer(
                            Pem.privateKey(TrustFiles.text(enroll.ledgerKey())), (ECPublicKey) ledger.getPublicKey()),
                    List.copyOf(trusted));
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new IllegalStateException("kubemdm.enroll: " + e.getMessage(), e);
        }
    }
}
