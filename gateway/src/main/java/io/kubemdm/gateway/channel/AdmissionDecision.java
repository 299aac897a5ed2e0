package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;

/**
 * Whether a certificate that chains to our root may hold a session. Asked on every connection and again while the session
 * lives; its answer is never cached.
 */
final class AdmissionDecision {

    /**
     * All that is known of a certificate.
     *
     * @param fingerprint of the certificate, as this connection presented it
     * @param notAfter its end
     * @param authorization the ledger's word
     * @param wipePending whether a signed wipe waits for the device
     */
    record Standing(String fingerprint, Instant notAfter, Authorization authorization, boolean wipePending) {}

    /** The answer. */
    sealed interface Verdict {}

    /** It may. */
    record Admitted(Holder holder) implements Verdict {}

    /** It may not. {@link CloseCause#Unlisted} may change shortly: the ledger's record may be on its way. */
    record Turned(CloseCause cause) implements Verdict {}

    private AdmissionDecision() {}

    /** Decides. */
    static Verdict decide(Standing standing) {
        return switch (standing.authorization()) {
            case Authorization.Listed listed -> admitted(standing, listed.device(), listed.epoch(), false);
            case Authorization.Revoked revoked ->
                wipeOnly(standing, revoked.device(), revoked.epoch(), CloseCause.Revoked);
            case Authorization.Unlisted unlisted -> new Turned(CloseCause.Unlisted);
            case Authorization.Superseded superseded -> new Turned(CloseCause.EpochEnded);
            case Authorization.Expired expired ->
                wipeOnly(standing, expired.device(), expired.epoch(), CloseCause.CertificateExpired);
            case Authorization.Foreign foreign -> new Turned(CloseCause.Foreign);
        };
    }

    /** Revoked or ended, a certificate keeps one right: a stolen laptop is not switched on in time. */
    private static Verdict wipeOnly(Standing standing, DeviceId device, long epoch, CloseCause otherwise) {
        return standing.wipePending() ? admitted(standing, device, epoch, true) : new Turned(otherwise);
    }

    private static Admitted admitted(Standing standing, DeviceId device, long epoch, boolean wipeOnly) {
        return new Admitted(new Holder(device, epoch, standing.fingerprint(), standing.notAfter(), wipeOnly));
    }
}
