package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.kubemdm.gateway.ledger.PresentedCertificate;

/** The ledger, as the channel asks it. Safe for several threads, never blocks. */
@FunctionalInterface
interface Register {

    /** What the ledger says of a certificate at this moment. */
    Authorization authorize(PresentedCertificate certificate);

    /** The ledger itself. */
    static Register of(CertificateLedger ledger) {
        return certificate -> ledger.authorize(certificate.fingerprint(), certificate.device());
    }
}
