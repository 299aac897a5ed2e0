package io.kubemdm.gateway.ledger;

import io.kubemdm.protocol.device.DeviceId;

/** A device in the ledger: its current enrolment, and since when what it held is void. Written by the reader's thread. */
final class Holder {

    private final DeviceId device;
    private volatile long epoch;
    private volatile long enrolledAtMillis;
    private volatile long revokedBeforeMillis = Long.MIN_VALUE;

    Holder(DeviceId device) {
        this.device = device;
    }

    DeviceId device() {
        return device;
    }

    long epoch() {
        return epoch;
    }

    /** When the first certificate of the current enrolment that was read was issued. */
    long enrolledAtMillis() {
        return enrolledAtMillis;
    }

    long revokedBeforeMillis() {
        return revokedBeforeMillis;
    }

    /** Whether it has ever enrolled: a revocation may be read before the certificate that it takes. */
    boolean isEnrolled() {
        return epoch > 0;
    }

    /** Raises the epoch; true when that supersedes an earlier enrolment. */
    boolean enrolled(long inEpoch, long issuedAtMillis) {
        long had = epoch;
        if (inEpoch > had) {
            enrolledAtMillis = issuedAtMillis;
        }
        epoch = Math.max(had, inEpoch);
        return had > 0 && inEpoch > had;
    }

    /** Moves the revocation forward, never back; true when it moved. */
    boolean revoked(long beforeMillis) {
        if (beforeMillis <= revokedBeforeMillis) {
            return false;
        }
        revokedBeforeMillis = beforeMillis;
        return true;
    }
}
