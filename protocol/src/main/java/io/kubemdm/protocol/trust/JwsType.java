package io.kubemdm.protocol.trust;

/** The {@code typ} header of everything we sign; a signature of one kind is never accepted as another (RFC 8725 §3.11). */
public enum JwsType {
    DESIRED("kubemdm-desired+jws", KeyUse.ORDERS),
    COMMAND("kubemdm-command+jws", KeyUse.ORDERS),
    WITHDRAWN("kubemdm-withdrawn+jws", KeyUse.ORDERS),
    BUNDLE("kubemdm-bundle+jws", KeyUse.ORDERS),
    REVOCATION("kubemdm-revocation+jws", KeyUse.ORDERS),
    LEDGER("kubemdm-ledger+jws", KeyUse.LEDGER),
    CHECKPOINT("kubemdm-checkpoint+jws", KeyUse.CHECKPOINTS),
    /** An access token as JWT (RFC 9068 §2.1). */
    ACCESS("at+jwt", KeyUse.ACCESS),
    /** Signed by the device's own identity key. */
    RECEIPT("kubemdm-receipt+jws", KeyUse.DEVICE);

    private final String header;
    private final KeyUse use;

    JwsType(String header, KeyUse use) {
        this.header = header;
        this.use = use;
    }

    /** The {@code typ} header's value. */
    public String header() {
        return header;
    }

    /** Whose key signs it. */
    public KeyUse use() {
        return use;
    }
}
