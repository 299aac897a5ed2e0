package io.kubemdm.gateway.ledger;

import java.math.BigInteger;
import java.time.Instant;

/**
 * A certificate that is void though its end has not come.
 *
 * @param serial its serial number
 * @param since when it became void
 */
public record VoidCertificate(BigInteger serial, Instant since, Why why) {

    /** What took its rights. */
    public enum Why {
        /** Its device's certificates were revoked. */
        Revoked,
        /** Its device has enrolled again. */
        Superseded
    }
}
