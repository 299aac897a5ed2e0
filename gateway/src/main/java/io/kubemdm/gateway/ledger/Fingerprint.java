package io.kubemdm.gateway.ledger;

import java.util.HexFormat;

/** A {@code sha256:} content address in 32 bytes instead of 71 characters: the ledger holds hundreds of thousands. */
record Fingerprint(long a, long b, long c, long d) {

    private static final int PREFIX = "sha256:".length();

    /** Reads {@code sha256:<64 hex>}, whose form the caller has checked. */
    static Fingerprint of(String digest) {
        return new Fingerprint(part(digest, 0), part(digest, 1), part(digest, 2), part(digest, 3));
    }

    private static long part(String digest, int index) {
        int from = PREFIX + 16 * index;
        return HexFormat.fromHexDigitsToLong(digest, from, from + 16);
    }
}
