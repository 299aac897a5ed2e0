package io.kubemdm.protocol.approval;

import java.util.List;
import java.util.Objects;

/**
 * The approvers' signatures that travel with a desired order, for devices that demand them before a bundle with files or
 * scripts. What each signed is the {@link BundleStatement} of this digest, the device's namespace and its own share.
 *
 * @param shares at most {@value #MAX_SHARES}
 */
public record BundleProof(String digest, List<Share> shares) {

    /** Most signatures that are looked at. */
    public static final int MAX_SHARES = 16;

    /**
     * One approver's word.
     *
     * @param percent up to which share of the devices, 0 to 100
     * @param signature an armoured SSH signature
     */
    public record Share(int percent, String signature) {
        public Share {
            Objects.requireNonNull(signature, "signature");
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("percent: " + percent + " is not 0 to 100");
            }
        }
    }

    public BundleProof {
        Objects.requireNonNull(digest, "digest");
        shares = List.copyOf(shares);
        if (shares.size() > MAX_SHARES) {
            throw new IllegalArgumentException("shares: " + shares.size() + " are more than " + MAX_SHARES);
        }
    }
}
