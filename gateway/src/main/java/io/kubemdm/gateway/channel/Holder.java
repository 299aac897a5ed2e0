package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;

/**
 * Who a session's certificate belongs to, by the ledger.
 *
 * @param epoch the enrolment
 * @param fingerprint of the certificate, {@code sha256:…}
 * @param notAfter its end
 * @param wipeOnly the certificate is revoked or has ended and may only fetch a wipe and hand in its receipt
 */
public record Holder(DeviceId device, long epoch, String fingerprint, Instant notAfter, boolean wipeOnly) {}
