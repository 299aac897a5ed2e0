package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.kubemdm.gateway.ledger.PresentedCertificate;

/** The ledger, as the channel asks it. Safe for several threads, never blocks. */
interface Register {

    /** What the ledger says of a certificate at this moment. */
    Authorization authorize(PresentedCertificate certificate);

    /** Another number whenever {@link #authorize} may answer differently for another reason than time; to be read before it. */
    long revision();

    /** The ledger itself. */
    static Register of(CertificateLedger ledger) {
        return new Register() {
            @Override
            public Authorization authorize(PresentedCertificate certificate) {
                return ledger.authorize(certificate.fingerprint(), certificate.device());
            }

            @Override
            public long revision() {
                return ledger.revision();
            }
        };
    }
}
