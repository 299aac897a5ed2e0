package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.operator.engine.Verdict.Refused;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.CertificateRenewed;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.state.DeviceState;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A device's lives, and what is wanted of it. */
final class EnrolmentRules {

    /** A SubjectPublicKeyInfo of P-256 has 124 characters in base64; RSA 4096 has 736. */
    private static final int SPKI = 1024;

    private EnrolmentRules() {}

    static Verdict enrolled(@Nullable DeviceState state, long epoch, DeviceEnrolled enrolled) {
        if (epoch < 1) {
            return new Refused("an enrolment's epoch is at least 1");
        }
        if (state != null && epoch <= state.epoch()) {
            return new Ignored(epoch == state.epoch() ? Cause.Repeat : Cause.OlderEpoch);
        }
        SortedMap<String, String> labels = Bounds.sorted(enrolled.labels());
        String flaw = Bounds.flawOf(null, labels);
        if (flaw == null && enrolled.spki().length() > SPKI) {
            flaw = "spki is longer than " + SPKI + " characters";
        }
        if (flaw != null) {
            return new Refused(flaw);
        }
        return Verdict.of(new DeviceEvent.Enrolled(
                Bounds.cut(enrolled.fingerprint(), Bounds.NAME),
                enrolled.notAfter(),
                enrolled.spki(),
                Bounds.cut(enrolled.platform(), Bounds.NAME),
                Bounds.cut(enrolled.ownership(), Bounds.NAME),
                labels,
                Bounds.cut(enrolled.token(), Bounds.NAME),
                Bounds.cutOrNull(enrolled.serialNumber(), Bounds.NAME),
                Bounds.cutOrNull(enrolled.model(), Bounds.NAME),
                Bounds.cutOrNull(enrolled.vendor(), Bounds.NAME)));
    }

    /** The operator is the only one that declares, in order; labels may change without a new generation. */
    static Verdict declared(@Nullable DeviceState state, DeviceDeclared declared) {
        SortedMap<String, String> labels = Bounds.sorted(declared.labels());
        String flaw = Bounds.flawOf(declared.spec(), labels);
        if (flaw != null) {
            return new Refused(flaw);
        }
        DeviceState.Declaration known = state == null ? null : state.declared();
        if (known != null && known.uid().equals(declared.uid())) {
            if (declared.generation() < known.generation()) {
                return new Ignored(Cause.Repeat);
            }
            if (declared.generation() == known.generation() && labels.equals(known.labels())) {
                return new Ignored(Cause.Unchanged);
            }
        }
        return Verdict.of(new DeviceEvent.Declared(
                Bounds.cut(declared.uid(), Bounds.NAME), declared.generation(), declared.spec(), labels));
    }

    static Verdict renewed(DeviceState.Identity identity, CertificateRenewed renewed) {
        if (renewed.fingerprint().equals(identity.fingerprint())) {
            return new Ignored(Cause.Repeat);
        }
        if (renewed.spki().length() > SPKI) {
            return new Refused("spki is longer than " + SPKI + " characters");
        }
        return Verdict.of(new DeviceEvent.Renewed(
                Bounds.cut(renewed.fingerprint(), Bounds.NAME), renewed.notAfter(), renewed.spki()));
    }

    static Verdict assigned(DeviceState state, DeviceAssigned assigned) {
        DeviceState.Assignment known = state.assigned();
        if (known != null && assigned.desiredSeq() <= known.desiredSeq()) {
            return new Ignored(Cause.Repeat);
        }
        String flaw = Bounds.flawOf(assigned.policies());
        if (flaw != null) {
            return new Refused(flaw);
        }
        return Verdict.of(
                new DeviceEvent.Assigned(assigned.desiredSeq(), assigned.policies(), assigned.heartbeatSeconds()));
    }
}
