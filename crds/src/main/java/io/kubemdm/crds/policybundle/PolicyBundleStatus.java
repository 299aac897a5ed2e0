package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.CountField;
import io.kubemdm.crds.CounterField;
import io.kubemdm.crds.DigestField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a bundle.
 *
 * @param digest of the canonical content, as devices fetch it
 * @param counts at most once a minute
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyBundleStatus(
        @JsonPropertyDescription("The metadata.generation this status describes.") @CounterField @Nullable Long observedGeneration,

        @JsonPropertyDescription("Digest of the canonical content, as devices fetch it.") @DigestField @Nullable String digest,

        @JsonPropertyDescription("Who signed it.") @Nullable Signature signature,

        @JsonPropertyDescription("Devices by state, counted at most once a minute.") @Nullable Counts counts,

        @JsonPropertyDescription("Ready, Approved, Published, Superseded, Conflicted.") @Size(max = 8) List<Condition> conditions)
        implements PolicyBundleStatusBuilder.With {

    public PolicyBundleStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Signature(
            @JsonPropertyDescription("Id of the signing key.") @Required @Size(min = 1, max = 128) String keyId) {}

    /** Devices by state. */
    @RecordBuilder
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Counts(
            @JsonPropertyDescription("Devices told to have it.") @CountField
            int assigned,

            @JsonPropertyDescription("Devices that have it.") @CountField
            int applied,

            @JsonPropertyDescription("Devices that keep its rules.") @CountField
            int compliant,

            @JsonPropertyDescription("Devices within a grace period.") @CountField
            int inGrace,

            @JsonPropertyDescription("Devices that break a rule.") @CountField
            int nonCompliant,

            @JsonPropertyDescription("Devices that cannot be judged.") @CountField
            int unknown,

            @JsonPropertyDescription("Devices on which another line sets the same thing with equal right.") @CountField
            int conflicting) {}
}
