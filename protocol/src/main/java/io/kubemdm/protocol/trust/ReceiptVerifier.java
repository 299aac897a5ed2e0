package io.kubemdm.protocol.trust;

import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.ReceiptVerdict.Reason;
import io.kubemdm.protocol.trust.ReceiptVerdict.Refused;
import io.kubemdm.protocol.trust.ReceiptVerdict.Verified;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges a {@link ReceiptDocument} with nothing but the installation's CA bundle. The chain is judged at the receipt's
 * {@code completedAt}, because a certificate ends and a proof must not; and at the certificate's end if the device was done
 * only after it, which the verdict tells. The time is the device's own word: whoever still holds the key of an ended or
 * revoked certificate can write an earlier one, so to refuse a later one would keep nobody out but a late device that tells
 * the truth. Pure; safe for several threads.
 */
public final class ReceiptVerifier {

    private final TrustBundle trust;

    /** A verifier that trusts the self-signed roots of a bundle; its other CA certificates may complete a chain. */
    public ReceiptVerifier(TrustBundle trust) {
        this.trust = trust;
    }

    /**
     * Judges a file's content.
     *
     * @param document at most {@value ReceiptDocument#MAX_BYTES} bytes
     * @param caPem one or more certificates, one of them the root
     */
    public static ReceiptVerdict verify(byte[] document, String caPem) {
        TrustBundle trust;
        try {
            trust = new TrustBundle(Pem.certificates(caPem));
        } catch (IllegalArgumentException e) {
            return new Refused(Reason.MalformedBundle, "the CA bundle cannot be used: " + e.getMessage());
        }
        try {
            return new ReceiptVerifier(trust).verify(ReceiptDocument.read(document));
        } catch (MalformedJson e) {
            return new Refused(Reason.MalformedDocument, "the file is not a receipt document: " + e.getMessage());
        }
    }

    /** Judges a document. */
    public ReceiptVerdict verify(ReceiptDocument document) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (String pem : document.certificates()) {
                chain.addAll(Pem.certificates(pem));
            }
        } catch (IllegalArgumentException e) {
            return new Refused(Reason.MalformedDocument, "certificates: " + e.getMessage());
        }
        X509Certificate own = chain.getFirst();
        if (!(own.getPublicKey() instanceof ECPublicKey key)) {
            return new Refused(Reason.NotADevice, "the first certificate's key is not an EC key");
        }
        try {
            Verifier.Verified<Receipt> signed =
                    new Verifier(List.of(key)).verify(JwsType.RECEIPT, document.receipt(), Receipt.class);
            Refused flaw = flawOf(signed.payload(), own, chain);
            Instant end = own.getNotAfter().toInstant();
            boolean late = signed.payload().completedAt().isAfter(end);
            return flaw != null
                    ? flaw
                    : new Verified(signed.payload(), signed.keyId(), signed.digest(), late ? end : null);
        } catch (SignatureRefused e) {
            return new Refused(reason(e), String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Refused(Reason.NotADevice, "the first certificate's key is not on P-256");
        }
    }

    private @Nullable Refused flawOf(Receipt receipt, X509Certificate own, List<X509Certificate> chain) {
        if (own.getBasicConstraints() >= 0 || !TrustBundle.hasOnly(own, KeyUse.DEVICE)) {
            return new Refused(Reason.NotADevice, "the first certificate is not for a device's client authentication");
        }
        if (!receipt.device().equals(CertifiedDevice.of(own))) {
            return new Refused(
                    Reason.OtherDevice,
                    "the receipt is of " + receipt.device() + ", the certificate of " + CertifiedDevice.of(own));
        }
        Instant at = receipt.completedAt();
        if (at.isBefore(own.getNotBefore().toInstant())) {
            return new Refused(
                    Reason.NotValidThen,
                    "completedAt is " + at + ", the certificate begins at "
                            + own.getNotBefore().toInstant());
        }
        Instant end = own.getNotAfter().toInstant();
        String untrusted = trust.flawOfChain(own, chain, at.isAfter(end) ? end : at);
        if (untrusted != null) {
            return new Refused(Reason.Untrusted, "no chain to a root of the CA bundle: " + untrusted);
        }
        return receipt.provesItsClaim()
                ? null
                : new Refused(
                        Reason.Unproven,
                        "the receipt says " + receipt.type() + " " + receipt.outcome()
                                + ", but shows a key slot or header that is left, or no storage at all");
    }

    private static Reason reason(SignatureRefused e) {
        return switch (e.reason()) {
            case WrongType -> Reason.WrongType;
            case UnknownKey -> Reason.OtherKey;
            case BadSignature -> Reason.BadSignature;
            case Malformed -> Reason.MalformedReceipt;
        };
    }
}
