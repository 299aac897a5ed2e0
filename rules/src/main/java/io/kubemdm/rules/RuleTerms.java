package io.kubemdm.rules;

import io.kubemdm.crds.policybundle.RemediationAction;
import io.kubemdm.crds.policybundle.Severity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What applies to a device that does not keep a rule. A typed setting's rule has severity {@code Medium}, remediation
 * {@code Reapply} and two heartbeats of grace: the time to apply it and to say so.
 *
 * @param grace how long it may be broken
 * @param script name of the script on the device, with {@code Script} only
 */
public record RuleTerms(
        String rule,
        Severity severity,
        Duration grace,
        RemediationAction remediation,
        @Nullable String script) {}
