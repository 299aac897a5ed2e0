package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.DurationField;
import io.kubemdm.crds.LabelField;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One named condition on facts.
 *
 * @param expression CEL over the facts a device reports; a missing fact makes the outcome Unknown unless it does not matter
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Rule(
        @JsonPropertyDescription("Name of the rule within the bundle.") @Required @LabelField
        String name,

        @JsonPropertyDescription("What the rule is for, for people.") @Size(max = 512) @Nullable String description,

        @JsonPropertyDescription("CEL over facts that is true on a device that keeps the rule.")
        @Required
        @Size(min = 1, max = 2048) String expression,

        @JsonPropertyDescription("How bad it is to break the rule.") @Default("Medium")
        Severity severity,

        @JsonPropertyDescription("How long a device may break the rule before it is non-compliant.")
        @DurationField
        @Default("0s")
        String gracePeriod,

        @JsonPropertyDescription("What the device does about it by itself.") @Nullable Remediation remediation)
        implements RuleBuilder.With {

    public Rule {
        severity = severity == null ? Severity.Medium : severity;
        gracePeriod = gracePeriod == null ? "0s" : gracePeriod;
    }

    /** A bundle carries no code: a script is named, and lies on the device already. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "has(self.script) == (self.action == 'Script')",
            message = "remediation.script goes with action Script and only with it: set both, or choose another action")
    public record Remediation(
            @JsonPropertyDescription("Reapply the settings, run a Script, or None.") @Required
            RemediationAction action,

            @JsonPropertyDescription("Name of a script installed on the device.")
            @Size(min = 1, max = 64) @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$") @Nullable String script) {}
}
