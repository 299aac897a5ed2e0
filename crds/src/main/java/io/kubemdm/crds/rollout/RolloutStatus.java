package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.CountField;
import io.kubemdm.crds.CounterField;
import io.kubemdm.crds.DigestField;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A projection of the rollout's record in {@code mdm.decisions} and of the fleet index.
 *
 * @param threshold the hash up to which devices are admitted
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RolloutStatus(
        @JsonPropertyDescription("The metadata.generation this status describes.") @CounterField @Nullable Long observedGeneration,

        @JsonPropertyDescription("One word for people; programs read the conditions.") @Nullable RolloutPhase phase,

        @JsonPropertyDescription("Name of the step it is in.") @LabelField @Nullable String step,

        @JsonPropertyDescription("When that step began (RFC 3339).") @TimeField @Nullable String stepStartedAt,

        @JsonPropertyDescription("The hash up to which devices are admitted.") @Size(max = 64) @Nullable String threshold,

        @JsonPropertyDescription("Digest of the bundle, frozen when the first device was admitted.")
        @DigestField
        @Nullable String digest,

        @JsonPropertyDescription("Devices by state.") @Nullable Counts counts,

        @JsonPropertyDescription("Last measurement of each analysis.") @Size(max = 8) List<AnalysisRun> analysis,

        @JsonPropertyDescription("Some of the devices that failed, at most 10.") @Size(max = 10) List<SampleFailure> sampleFailures,

        @JsonPropertyDescription(
                "Progressing, Paused, AnalysisInconclusive, Conflicted, BundleChanged, Orphaned, Completed, RolledBack.")
        @Size(max = 12) List<Condition> conditions)
        implements RolloutStatusBuilder.With {

    public RolloutStatus {
        analysis = analysis == null ? List.of() : List.copyOf(analysis);
        sampleFailures = sampleFailures == null ? List.of() : List.copyOf(sampleFailures);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Devices by state. */
    @RecordBuilder
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Counts(
            @JsonPropertyDescription("Devices it selects.") @CountField
            int eligible,

            @JsonPropertyDescription("Eligible devices that are connected.") @CountField
            int reachable,

            @JsonPropertyDescription(
                    "Devices told to have the bundle, or that were before it went back: the sum of what follows but held.")
            @CountField
            int admitted,

            @JsonPropertyDescription("Devices that have it in force.") @CountField
            int succeeded,

            @JsonPropertyDescription("Devices that could not apply it.") @CountField
            int failed,

            @JsonPropertyDescription("Devices that refused it.") @CountField
            int rejected,

            @JsonPropertyDescription("Connected devices that did not answer in time.") @CountField
            int timedOut,

            @JsonPropertyDescription("Admitted devices that are not connected and have not answered.") @CountField
            int offline,

            @JsonPropertyDescription("Devices that had it and have it no more, or became NonCompliant with it.")
            @CountField
            int regressed,

            @JsonPropertyDescription("Devices that were admitted and do not have it any more.") @CountField
            int rolledBack,

            @JsonPropertyDescription("Admitted devices that are at it, on the way there or back.") @CountField
            int pending,

            @JsonPropertyDescription("Admitted devices that another rollout gives a higher version.") @CountField
            int superseded,

            @JsonPropertyDescription("Devices of open steps that are not admitted yet for a reason of their own.")
            @CountField
            int held) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record AnalysisRun(
            @JsonPropertyDescription("Name of the analysis.") @Required @LabelField
            String name,

            @JsonPropertyDescription("What it says of the step.") @Nullable AnalysisResult result,

            @JsonPropertyDescription("Measurements so far in this step.") @CountField
            int measured,

            @JsonPropertyDescription("Bad ones among them.") @CountField
            int failed,

            @JsonPropertyDescription("The last value, as text.") @Size(max = 64) @Nullable String last,

            @JsonPropertyDescription("A sentence about it.") @Size(max = 256) @Nullable String message,

            @JsonPropertyDescription("Devices that have the bundle.") @Nullable Figures candidate,

            @JsonPropertyDescription("Devices held back.") @Nullable Figures control,

            @JsonPropertyDescription("Devices of both by platform and model, most first.") @Size(max = 6) List<Mix> mix) {

        public AnalysisRun {
            mix = mix == null ? List.of() : List.copyOf(mix);
        }

        /** One value per device: its mean since the step opened. */
        @JsonIgnoreProperties(ignoreUnknown = true)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        public record Figures(
                @JsonPropertyDescription("Devices that told a value.") @CountField
                int devices,

                @JsonPropertyDescription("Mean, as a decimal.") @Size(max = 32) @Nullable String mean,

                @JsonPropertyDescription("Median, as a decimal.") @Size(max = 32) @Nullable String median,

                @JsonPropertyDescription("Ninth decile, as a decimal.") @Size(max = 32) @Nullable String p90) {}

        /** How many devices of a kind there are. */
        @JsonIgnoreProperties(ignoreUnknown = true)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        public record Mix(
                @JsonPropertyDescription("Platform and model.") @Required @Size(min = 1, max = 64) String kind,

                @JsonPropertyDescription("Devices that have the bundle.") @CountField
                int candidate,

                @JsonPropertyDescription("Devices held back.") @CountField
                int control) {}
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record SampleFailure(
            @JsonPropertyDescription("Name of the Device.") @Required @Size(min = 1, max = 253) String device,

            @JsonPropertyDescription("How it failed.") @Required
            FailureType failureType,

            @JsonPropertyDescription("What it said.") @Size(max = 256) @Nullable String message) {}
}
