package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.trust.SignatureRefused;

/** Why a record of an order topic is not an order that may be handed out; the label of a counter. */
public enum OrderRefusal {
    /** Not a compact JWS, its payload is not what it should be, or the key is not of the form. */
    Malformed,
    /** Signed as something else than its topic carries. */
    WrongType,
    /** The record's key names another device than what was signed. */
    OtherDevice,
    /** The record's key names another command than what was signed. */
    OtherId,
    /** The record's key is another digest than the content's. */
    OtherDigest,
    /** By a key nobody told us to trust for this. */
    UnknownKey,
    /** The signature does not match. */
    BadSignature,
    /** For an enrolment the device has left behind. */
    EarlierEpoch,
    /** It was void when it was written. */
    Expired,
    /** Its counter is not above one that stands before it: an old record written again. */
    StaleCounter,
    /** It was withdrawn, and what is withdrawn stays so. */
    Withdrawn;

    /** The same, as the verifier says it. */
    static OrderRefusal of(SignatureRefused refused) {
        return switch (refused.reason()) {
            case Malformed -> Malformed;
            case WrongType -> WrongType;
            case UnknownKey -> UnknownKey;
            case BadSignature -> BadSignature;
        };
    }
}
