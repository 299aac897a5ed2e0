package io.kubemdm.operator.compliance;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a device's actions on {@code mdm.decisions}, so that each is done once, whoever leads.
 *
 * @param epoch the enrolment that {@code lines} and {@code confinedSince} are about
 * @param lines by policy line
 * @param confinedSince when policies were let confine the device, null while they are not
 * @param spent every such moment that still counts against the namespace's budget, also of former enrolments
 */
public record RemedyRecordDecision(
        long epoch, SortedMap<String, Line> lines, @Nullable Instant confinedSince, List<Instant> spent) {

    /**
     * One policy line.
     *
     * @param since when the episode began, null when none is running
     * @param done places in the line's list of fired actions that were done in this episode, ascending
     * @param remediatedAt when the last remediation was ordered, in whichever episode; null for never
     */
    public record Line(
            @Nullable Instant since,
            List<Integer> done,
            @Nullable Instant remediatedAt) {
        public Line {
            done = done == null ? List.of() : List.copyOf(done);
        }
    }

    public RemedyRecordDecision {
        lines = Collections.unmodifiableSortedMap(lines == null ? new TreeMap<>() : new TreeMap<>(lines));
        spent = spent == null ? List.of() : List.copyOf(spent);
    }

    /** Nothing was ever done in this enrolment. */
    static RemedyRecordDecision fresh(long epoch) {
        return new RemedyRecordDecision(epoch, new TreeMap<>(), null, List.of());
    }

    /** Whether nothing in it matters any more. */
    boolean isEmpty() {
        return lines.isEmpty() && confinedSince == null && spent.isEmpty();
    }

    /** The same with one more action done. */
    RemedyRecordDecision done(String policy, int index) {
        Line line = lines.get(policy);
        if (line == null || line.done().contains(index)) {
            return this;
        }
        SortedMap<String, Line> more = new TreeMap<>(lines);
        more.put(
                policy,
                new Line(
                        line.since(),
                        Stream.concat(line.done().stream(), Stream.of(index))
                                .sorted()
                                .toList(),
                        line.remediatedAt()));
        return new RemedyRecordDecision(epoch, more, confinedSince, spent);
    }
}
