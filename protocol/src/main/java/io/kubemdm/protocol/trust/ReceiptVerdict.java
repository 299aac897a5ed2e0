package io.kubemdm.protocol.trust;

import io.kubemdm.protocol.order.Receipt;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an offline check says of a receipt. */
public sealed interface ReceiptVerdict {

    /**
     * It is what this device signed, and it shows what it claims. The outcome may be {@code Failed}: then it is believed
     * that it failed.
     *
     * @param keyId the signing key's name, as in {@code WipeRequest.status.receipt.keyId}
     * @param digest the receipt's content address, as in {@code WipeRequest.status.receipt.digest}
     * @param certificateEnded when the certificate ended, if that was before it was done: so a device signs that comes back
     *     late for its wipe; null otherwise
     */
    record Verified(
            Receipt receipt,
            String keyId,
            String digest,
            @Nullable Instant certificateEnded) implements ReceiptVerdict {}

    /** It is not to be believed; the message is a sentence for people. */
    record Refused(Reason reason, String message) implements ReceiptVerdict {}

    /** Why not. */
    enum Reason {
        /** The file is not a {@link ReceiptDocument}. */
        MalformedDocument,
        /** The CA bundle has no root, or is not PEM. */
        MalformedBundle,
        /** Signed as something else. */
        WrongType,
        /** Not by the key of the document's certificate. */
        OtherKey,
        /** The signature does not match. */
        BadSignature,
        /** Well signed, but not a receipt. */
        MalformedReceipt,
        /** The certificate is not a device's. */
        NotADevice,
        /** The certificate names another device than the receipt. */
        OtherDevice,
        /** The certificate began only after the device says it was done. */
        NotValidThen,
        /** The certificate does not chain to a root of the bundle. */
        Untrusted,
        /** It claims an erase that its evidence does not show. */
        Unproven
    }
}
