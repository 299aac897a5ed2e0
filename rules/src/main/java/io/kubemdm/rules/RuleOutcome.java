package io.kubemdm.rules;

import org.jspecify.annotations.Nullable;

/**
 * One rule judged on one device.
 *
 * @param rule its name; that of a typed setting is {@code settings.} and its path
 * @param reason in one line, why it is not kept; null when it is. It changes only when the verdict or what a setting's
 *     rule has measured does, so that it may be part of a state
 */
public record RuleOutcome(
        String rule, Verdict verdict, @Nullable String reason) {

    private static final int MAX_REASON = 256;

    public RuleOutcome {
        if (reason != null && reason.length() > MAX_REASON) {
            reason = reason.substring(0, MAX_REASON - 1) + "…";
        }
    }
}
