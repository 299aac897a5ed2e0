package io.kubemdm.protocol.approval;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The approvers' signatures that travel with a command, for devices that demand them. What they signed is the
 * {@link WipeStatement} of the command with this nonce and this end.
 *
 * @param signatures armoured SSH signatures, at most {@value #MAX_SIGNATURES}
 */
public record WipeProof(String nonce, Instant notAfter, List<String> signatures) {

    /** Most signatures that are looked at. */
    public static final int MAX_SIGNATURES = 16;

    public WipeProof {
        Objects.requireNonNull(nonce, "nonce");
        Objects.requireNonNull(notAfter, "notAfter");
        signatures = List.copyOf(signatures);
        if (signatures.size() > MAX_SIGNATURES) {
            throw new IllegalArgumentException("signatures: " + signatures.size() + " are more than " + MAX_SIGNATURES);
        }
    }
}
