package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.DurationField;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.Platform;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a bundle, immutable as a whole.
 *
 * @param policy the line this is a version of
 * @param priority 0 to 1000; of two lines that set the same thing without an order, the higher wins
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self == oldSelf",
        message = "spec is immutable: create a new PolicyBundle with a higher spec.version")
@ValidationRule(
        value = "!has(self.nonComplianceActions) || self.nonComplianceActions.map(a, " + Seconds.OF_AFTER
                + ").isSorted()",
        message = "spec.nonComplianceActions must be in order of after: put the earlier action first")
public record PolicyBundleSpec(
        @JsonPropertyDescription("The policy line, such as corp-baseline.") @Required @LabelField
        String policy,

        @JsonPropertyDescription("Semantic version of this content within its line.")
        @Required
        @Size(max = 64) @Pattern(Formats.SEMVER) String version,

        @JsonPropertyDescription("Platforms it is meant for; empty means every one.") @Size(max = 6) List<Platform> platforms,

        @JsonPropertyDescription(
                "Of two lines that set the same thing, the higher priority wins where neither is stricter.")
        @Min(0) @Max(1000) @Default("100")
        Integer priority,

        @JsonPropertyDescription("Enforce changes devices, Warn only judges them, Shadow only counts.")
        @Default("Enforce")
        Enforcement enforcement,

        @JsonPropertyDescription("What to set on the device; each typed setting is checked, too.") @Nullable Settings settings,

        @JsonPropertyDescription("Further conditions on what the device reports.") @Size(max = 64) List<Rule> rules,

        @JsonPropertyDescription("What happens to a device that stays non-compliant, in order of time.") @Size(max = 8) List<Escalation> nonComplianceActions,

        @JsonPropertyDescription("Tokens that a compliant device may ask for.") @Size(max = 8) List<Access> access)
        implements PolicyBundleSpecBuilder.With {

    public PolicyBundleSpec {
        platforms = platforms == null ? List.of() : List.copyOf(platforms);
        priority = priority == null ? Integer.valueOf(100) : priority;
        enforcement = enforcement == null ? Enforcement.Enforce : enforcement;
        rules = rules == null ? List.of() : List.copyOf(rules);
        nonComplianceActions = nonComplianceActions == null ? List.of() : List.copyOf(nonComplianceActions);
        access = access == null ? List.of() : List.copyOf(access);
    }

    /** One step of escalation. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Escalation(
            @JsonPropertyDescription("What to do.") @Required
            NonComplianceAction action,

            @JsonPropertyDescription("How long after the device became non-compliant, such as 1d.")
            @DurationField
            @Default("0s")
            String after) {

        public Escalation {
            after = after == null ? "0s" : after;
        }
    }

    /** A short-lived token for one audience. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Access(
            @JsonPropertyDescription("Who the token is for: an absolute URI such as https://wiki.example.com.")
            @Required
            @Size(min = 1, max = 253) @ValidationRule(
                    value = "self.matches(r\"" + Formats.URI + "\")",
                    message =
                            "access.audience must be an absolute URI without fragment: write https://wiki.example.com")
            String audience,

            @JsonPropertyDescription("Longest life of a token; at most 5m.")
            @DurationField
            @ValidationRule(
                    value = Seconds.OF_SELF + " <= 300",
                    message = "access.maxTtl is at most 5m: choose a shorter life")
            @Default("5m")
            String maxTtl,

            @JsonPropertyDescription("The worst state that still gets a token.") @Default("Compliant")
            Standing requires) {

        public Access {
            maxTtl = maxTtl == null ? "5m" : maxTtl;
            requires = requires == null ? Standing.Compliant : requires;
        }
    }
}
