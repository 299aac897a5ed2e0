package io.kubemdm.agent.policy;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.order.DesiredOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy lines of this device and what is suspended, in memory and on disk. */
final class LineBook {

    static final String NAME = "policies.json";

    private static final Logger LOG = LoggerFactory.getLogger(LineBook.class);

    private final Store store;
    private final TreeMap<String, Line> lines = new TreeMap<>();
    private final Set<String> suspended = new TreeSet<>();
    private final Set<PolicyRef> removed = new HashSet<>(2);

    /** The lines as the last start left them. */
    LineBook(Store store) {
        this.store = store;
        Line.Written written = Documents.read(store, NAME, Line.Written.class);
        if (written != null && written.lines() != null) {
            lines.putAll(written.lines());
        }
        if (written != null && written.suspended() != null) {
            suspended.addAll(written.suspended());
        }
    }

    /** Makes the lines those of the order; whether that changed any. */
    boolean align(DesiredOrder order) {
        Map<String, PolicyRef> wanted = new TreeMap<>();
        order.policies().forEach(ref -> wanted.put(ref.policy(), ref));
        lines.forEach((name, line) -> {
            if (!wanted.containsKey(name)) {
                removed.add(Objects.requireNonNullElse(line.inForce(), line.wanted()));
            }
        });
        boolean changed = lines.keySet().retainAll(wanted.keySet());
        for (PolicyRef ref : wanted.values()) {
            Line before = lines.get(ref.policy());
            Line after = before == null ? new Line(ref, null, null, null, null) : before.wanting(ref);
            changed |= !after.equals(before);
            lines.put(ref.policy(), after);
        }
        return changed;
    }

    /** What was removed and is not reported yet; asked once. */
    Set<PolicyRef> takeRemoved() {
        Set<PolicyRef> taken = Set.copyOf(removed);
        removed.clear();
        return taken;
    }

    /** Whether nothing is left to do. */
    boolean areSettled() {
        return suspended.isEmpty() && lines.values().stream().allMatch(Line::isSettled);
    }

    List<String> names() {
        return List.copyOf(lines.keySet());
    }

    List<Line> all() {
        return List.copyOf(lines.values());
    }

    /** A line that is known to be there. */
    Line get(String name) {
        return Objects.requireNonNull(lines.get(name), name);
    }

    void put(String name, Line line) {
        lines.put(name, line);
    }

    void clear() {
        lines.clear();
    }

    /** As if nothing had been reported. */
    void forgetReports() {
        lines.replaceAll((name, line) -> new Line(line.wanted(), line.inForce(), null, null, null));
    }

    /** Keys of drivers whose settings are put back until the next order; changed in place. */
    Set<String> suspended() {
        return suspended;
    }

    List<PolicyRef> inForce() {
        return lines.values().stream()
                .map(Line::inForce)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Of every bundle that is wanted or in force. */
    Set<String> digests() {
        Set<String> digests = new HashSet<>();
        for (Line line : lines.values()) {
            digests.add(line.wanted().digest());
            if (line.inForce() != null) {
                digests.add(line.inForce().digest());
            }
        }
        return digests;
    }

    /** Writes them down; a disk that refuses is told in the log, and the next change tries again. */
    void save() {
        try {
            Documents.write(store, NAME, new Line.Written(new TreeMap<>(lines), List.copyOf(suspended)));
        } catch (StoreFailed e) {
            LOG.error("policies are remembered in memory only: {}", e.getMessage());
        }
    }
}
