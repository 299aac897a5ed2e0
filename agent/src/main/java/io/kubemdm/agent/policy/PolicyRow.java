package io.kubemdm.agent.policy;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import java.util.List;
import java.util.Map;

/** One policy line as a person is shown it. */
public record PolicyRow(String policy, String version, String digest, String state, String reason) {

    /** All lines as they are on disk, by name. */
    public static List<PolicyRow> read(Store store) {
        Line.Written written = Documents.read(store, LineBook.NAME, Line.Written.class);
        if (written == null || written.lines() == null) {
            return List.of();
        }
        return written.lines().entrySet().stream().map(PolicyRow::of).toList();
    }

    private static PolicyRow of(Map.Entry<String, Line> entry) {
        Line line = entry.getValue();
        return new PolicyRow(
                entry.getKey(),
                line.wanted().version(),
                line.wanted().digest(),
                line.state() == null ? "Pending" : line.state().name(),
                line.reason() == null ? "" : line.reason());
    }
}
