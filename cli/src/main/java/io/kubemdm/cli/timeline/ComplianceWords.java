package io.kubemdm.cli.timeline;

import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.util.ArrayList;
import java.util.List;

/** Puts a compliance into words: the state, and the rules that are not kept with why. */
final class ComplianceWords {

    private ComplianceWords() {}

    static String of(Compliance compliance) {
        List<String> why = new ArrayList<>();
        compliance.lines().forEach((policy, line) -> {
            if (line.reason() != null && line.rules().isEmpty()) {
                why.add(policy + " " + line.reason());
            }
            line.rules()
                    .forEach((rule, broken) -> why.add(policy + "/" + rule + " "
                            + (broken.state() == ComplianceState.InGracePeriod
                                    ? "broken, in grace until " + broken.graceExpiresAt()
                                    : broken.state().name())
                            + (broken.reason() == null ? "" : " (" + broken.reason() + ")")
                            + (line.shadow() ? " [shadow]" : "")));
        });
        return "compliance " + compliance.state() + (why.isEmpty() ? "" : ": " + String.join("; ", why));
    }
}
