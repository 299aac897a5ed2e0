package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.CounterField;
import io.kubemdm.crds.DigestField;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A projection of the device's record in {@code mdm.state}, written by the bridge only.
 *
 * @param enrollmentEpoch how many times the device has enrolled; 1 at first
 * @param revision sequence of the state shown; within an epoch a lower one is refused, so nobody writes the past
 * @param observedGeneration generation of the declared spec that the engine has seen
 * @param clockSkewSeconds device time minus server time, in steps of 30
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "has(self.enrollmentEpoch) == has(self.revision)",
        message = "status.enrollmentEpoch and status.revision belong together: write both or neither")
@ValidationRule(
        value =
                "!has(self.revision) || !has(oldSelf.revision) || self.enrollmentEpoch > oldSelf.enrollmentEpoch || (self.enrollmentEpoch == oldSelf.enrollmentEpoch && self.revision >= oldSelf.revision)",
        message =
                "status.revision never falls within an enrollmentEpoch, nor does status.enrollmentEpoch: this status is older than the one shown, read the device's state again")
public record DeviceStatus(
        @JsonPropertyDescription("The metadata.generation of the spec that the engine has seen.")
        @CounterField
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("One word for people; programs read the conditions.") @Nullable DevicePhase phase,

        @JsonPropertyDescription("How many times the device has enrolled.") @CounterField @Nullable Long enrollmentEpoch,

        @JsonPropertyDescription("Sequence number of the state shown here.") @CounterField @Nullable Long revision,

        @JsonPropertyDescription("Whether the device is heard, where and since when.") @Nullable Connection connection,

        @JsonPropertyDescription("The certificate the device now uses.") @Nullable Certificate certificate,

        @JsonPropertyDescription("Version of the agent.") @Size(max = 64) @Nullable String agentVersion,

        @JsonPropertyDescription("Version of the operating system.") @Size(max = 128) @Nullable String osVersion,

        @JsonPropertyDescription("The policy lines on the device.") @Size(max = 16) List<AppliedPolicy> policies,

        @JsonPropertyDescription("Whether the device keeps its rules.") @Nullable Compliance compliance,

        @JsonPropertyDescription("Device time minus server time in seconds, in steps of 30.")
        @Min(-2147483648) @Max(2147483647) @Nullable Integer clockSkewSeconds,

        @JsonPropertyDescription(
                "Ready, Connected, PolicyApplied, Compliant, Quarantined; IdentityConflict only when there is one.")
        @Size(max = 8) List<Condition> conditions)
        implements DeviceStatusBuilder.With {

    public DeviceStatus {
        policies = policies == null ? List.of() : List.copyOf(policies);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Connection(
            @JsonPropertyDescription("Online, Stale or Offline.") @Required
            ConnectionState state,

            @JsonPropertyDescription("Region that last heard the device.") @LabelField @Nullable String region,

            @JsonPropertyDescription("Since when the state holds (RFC 3339).") @TimeField @Nullable String since) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Certificate(
            @JsonPropertyDescription("Fingerprint of the certificate.") @Required @Size(min = 1, max = 128) String fingerprint,

            @JsonPropertyDescription("When it ends (RFC 3339).") @TimeField @Nullable String notAfter) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record AppliedPolicy(
            @JsonPropertyDescription("The policy line, such as corp-baseline.") @Required @LabelField
            String policy,

            @JsonPropertyDescription("Version of the bundle.") @Size(max = 64) @Nullable String version,

            @JsonPropertyDescription("Digest of the bundle.") @DigestField @Nullable String digest,

            @JsonPropertyDescription("Pending, Applied, Failed or RolledBack.") @Required
            PolicyState state) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Compliance(
            @JsonPropertyDescription("The worst state among all rules; NotApplicable without a policy.") @Required
            ComplianceState state,

            @JsonPropertyDescription("Since when the state holds (RFC 3339).") @TimeField @Nullable String since,

            @JsonPropertyDescription("When the grace period ends (RFC 3339).") @TimeField @Nullable String graceExpiresAt,

            @JsonPropertyDescription("Rules the device breaks, at most 16.") @Size(max = 16) List<@Size(max = 128) String> failingRules) {

        public Compliance {
            failingRules = failingRules == null ? List.of() : List.copyOf(failingRules);
        }
    }
}
