package io.kubemdm.gateway.access;

import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules that keep a device from a token, for people to mend.
 *
 * @param names as {@code line/rule}, in order; a line that cannot be judged stands for its rules
 * @param sentence the first of them in words
 */
record BrokenRules(List<String> names, String sentence) {

    private static final int IN_WORDS = 3;

    /** Those of enforced lines whose state is worse than {@code allowed}. */
    static BrokenRules of(Compliance compliance, ComplianceState allowed) {
        List<String> names = new ArrayList<>();
        List<String> words = new ArrayList<>();
        compliance.lines().forEach((name, line) -> {
            if (line.shadow()) {
                return;
            }
            if (line.rules().isEmpty() && !satisfies(line.state(), allowed)) {
                names.add(name);
                words.add("policy " + name + " is " + line.state() + because(line.reason()));
            }
            line.rules().forEach((rule, broken) -> {
                if (!satisfies(broken.state(), allowed)) {
                    names.add(name + "/" + rule);
                    words.add("rule " + name + "/" + rule + " is " + broken.state() + because(broken.reason()));
                }
            });
        });
        String more = words.size() > IN_WORDS ? ", and " + (words.size() - IN_WORDS) + " more" : "";
        return new BrokenRules(
                List.copyOf(names), String.join(", ", words.subList(0, Math.min(IN_WORDS, words.size()))) + more);
    }

    /** Whether {@code state} is good enough where {@code allowed} is the worst that is. Not judged is never good enough. */
    static boolean satisfies(ComplianceState state, ComplianceState allowed) {
        return state == ComplianceState.Compliant
                || (state == ComplianceState.InGracePeriod && allowed == ComplianceState.InGracePeriod);
    }

    private static String because(@Nullable String reason) {
        return reason == null ? "" : " (" + reason + ")";
    }
}
