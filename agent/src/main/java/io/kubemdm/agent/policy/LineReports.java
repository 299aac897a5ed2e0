package io.kubemdm.agent.policy;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is told of the lines, each thing once. */
final class LineReports {

    private static final Logger LOG = LoggerFactory.getLogger(LineReports.class);
    private static final int MAX_MESSAGE = 512;

    /** The line is applied but for settings that this device cannot do. */
    private static final String NOT_APPLICABLE = "NotApplicable";

    private final LineBook lines;
    private final Policies.Mouth mouth;
    private long seq;

    LineReports(LineBook lines, Policies.Mouth mouth) {
        this.lines = lines;
        this.mouth = mouth;
    }

    /** By which order things are done from now on. */
    void by(long order) {
        seq = order;
    }

    /** Its wanted version is in force, as far as the device can do it and other lines let it. */
    void applied(String name, Contribution chosen, Effective effective) {
        List<String> lost = effective.overridden().get(name);
        List<String> tied = effective.tied().get(name);
        if (!chosen.enforced()) {
            report(name, State.Applied, "NotEnforced", "this bundle only judges: nothing was set");
        } else if (tied != null) {
            report(name, State.Applied, PolicyReported.CONFLICTING, String.join("; ", tied));
        } else if (!chosen.notApplicable().isEmpty()) {
            report(name, State.Applied, NOT_APPLICABLE, sentence(chosen.notApplicable()));
        } else if (lost != null) {
            report(name, State.Applied, "Overridden", String.join("; ", lost));
        } else {
            report(name, State.Applied, null, null);
        }
    }

    private static String sentence(Map<String, String> cannot) {
        return cannot.entrySet().stream()
                .map(entry -> "settings." + entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("; "));
    }

    /** A line is gone. */
    void removed(PolicyRef ref) {
        mouth.report(new PolicyReported(ref, State.Removed, seq, null, null));
    }

    /** How its wanted version stands, unless that was the last that was told of it. */
    void report(String name, State state, @Nullable String reason, @Nullable String message) {
        String shown = message == null || message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
        Line before = lines.get(name);
        Line after = before.reported(state, reason, shown);
        if (before.sameReport(after)) {
            return;
        }
        lines.put(name, after);
        LOG.info(
                "policy line={} version={} digest={} state={} reason={} seq={}",
                name,
                after.wanted().version(),
                after.wanted().digest(),
                state,
                reason,
                seq);
        if (state == State.Rejected && !"WrongPlatform".equals(reason)) {
            LOG.error(
                    "ALERT policy refused line={} digest={} reason={}: {}",
                    name,
                    after.wanted().digest(),
                    reason,
                    shown);
        }
        mouth.report(new PolicyReported(after.wanted(), state, seq, reason, shown));
    }
}
