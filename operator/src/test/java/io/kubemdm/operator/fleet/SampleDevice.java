package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For tests: a Linux device of the company in its first enrolment, online, of which nothing is known but what is said here. */
public final class SampleDevice {

    private final DeviceId id;
    private final Instant enrolledAt;
    private boolean online = true;
    private @Nullable Instant onlineSince;
    private long assignedSeq;
    private @Nullable Instant assignedAt;
    private List<KnownDevice.Assigned> assigned = List.of();
    private List<KnownDevice.Line> lines = List.of();
    private Map<String, KnownDevice.Verdict> verdicts = Map.of();

    public SampleDevice(DeviceId id, Instant enrolledAt) {
        this.id = id;
        this.enrolledAt = enrolledAt;
    }

    public SampleDevice online(boolean is, @Nullable Instant since) {
        online = is;
        onlineSince = since;
        return this;
    }

    public SampleDevice assigned(long seq, @Nullable Instant at, List<KnownDevice.Assigned> what) {
        assignedSeq = seq;
        assignedAt = at;
        assigned = what;
        return this;
    }

    public SampleDevice says(List<KnownDevice.Line> what) {
        lines = what;
        return this;
    }

    public SampleDevice judged(Map<String, KnownDevice.Verdict> byDigest) {
        verdicts = byDigest;
        return this;
    }

    public KnownDevice known() {
        return new KnownDevice(
                id,
                1,
                1,
                new KnownDevice.Enrolment("Linux", "Corporate", Map.of(), null, null, null, enrolledAt),
                null,
                online,
                onlineSince,
                assignedSeq,
                assignedAt,
                assigned,
                lines,
                verdicts,
                List.of(),
                null);
    }
}
