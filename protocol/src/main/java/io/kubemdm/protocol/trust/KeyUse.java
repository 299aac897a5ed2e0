package io.kubemdm.protocol.trust;

/** What a key is for, as said by the extended key usage of its certificate. One key, one use. */
public enum KeyUse {
    /** Orders, bundles and revocations: the operator's. */
    ORDERS("2.25.190426358412971635408219.1"),
    /** The issuance ledger: enroll's. */
    LEDGER("2.25.190426358412971635408219.2"),
    /** Heads of the event chain: the engine's. */
    CHECKPOINTS("2.25.190426358412971635408219.3"),
    /** Access tokens: the gateway's. */
    ACCESS("2.25.190426358412971635408219.4"),
    /** A device's identity: TLS client authentication and its receipts. */
    DEVICE("1.3.6.1.5.5.7.3.2"),
    /** Gateway and enroll servers. */
    SERVER("1.3.6.1.5.5.7.3.1");

    private final String oid;

    KeyUse(String oid) {
        this.oid = oid;
    }

    /** The extended key usage's object identifier; ours are below a UUID arc (ITU-T X.667). */
    public String oid() {
        return oid;
    }
}
