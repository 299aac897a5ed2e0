package io.kubemdm.testbed.region;

import io.kubemdm.testbed.region.RegionState.Condition;
import io.kubemdm.testbed.region.RegionState.PartState;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All parts of a region as they are now, written down at every change. For many threads. */
final class Roster {

    private final Path file;
    private final Clock clock;
    private final Map<String, PartState> parts = new LinkedHashMap<>();
    private final Map<String, String> addresses = new TreeMap<>();
    private Phase phase = Phase.STARTING;
    private @Nullable String message;
    private Instant since;

    Roster(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** A step or a part is as it says now. */
    synchronized void tell(PartState part) {
        if (!part.equals(parts.put(part.name(), part))) {
            write();
        }
    }

    /** A step without a process. */
    void tell(String step, Condition condition, @Nullable String detail) {
        tell(new PartState(step, condition, detail, null, 0, null));
    }

    /** The whole is in a new phase. */
    synchronized void tell(Phase now, @Nullable String why) {
        phase = now;
        message = why;
        since = clock.instant();
        write();
    }

    /** Something has an address that people want to know. */
    synchronized void address(String variable, String value) {
        addresses.put(variable, value);
        write();
    }

    /** Whether a part does its work now. */
    synchronized boolean isReady(String part) {
        PartState known = parts.get(part);
        return known != null && known.condition() == Condition.READY;
    }

    /** What an address is, or null. */
    synchronized @Nullable String address(String variable) {
        return addresses.get(variable);
    }

    private void write() {
        new RegionState(phase, message, since, List.copyOf(parts.values()), addresses).write(file);
    }
}
