package io.kubemdm.crds.rollout;

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
import io.kubemdm.crds.LabelField;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** A measurement repeated during a step. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Analysis(
        @JsonPropertyDescription("Name of the analysis.") @Required @LabelField
        String name,

        @JsonPropertyDescription("What is measured.") @Required
        Metric metric,

        @JsonPropertyDescription("Absolute, or VersusControl: against the devices held back.") @Default("Absolute")
        Comparison compare,

        @JsonPropertyDescription(
                "CEL on candidate and control (means, or candidate.p90 and so on) that is true when the measurement is bad.")
        @Required
        @Size(min = 1, max = 1024) String failWhen,

        @JsonPropertyDescription("Time between two measurements.") @DurationField @Default("1m")
        String interval,

        @JsonPropertyDescription("How often it is measured in a step.") @Min(1) @Max(1000) @Default("5")
        Integer count,

        @JsonPropertyDescription("Bad measurements that are tolerated.") @Min(0) @Max(1000) @Default("0")
        int failureLimit,

        @JsonPropertyDescription("Devices needed in each group before anything is said.")
        @Min(5) @Max(100000) @Default("20")
        Integer minimumSample)
        implements AnalysisBuilder.With {

    public Analysis {
        compare = compare == null ? Comparison.Absolute : compare;
        interval = interval == null ? "1m" : interval;
        count = count == null ? Integer.valueOf(5) : count;
        minimumSample = minimumSample == null ? Integer.valueOf(20) : minimumSample;
    }

    /** A numeric fact of the devices, or a query to Prometheus. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "has(self.fact) != has(self.query)",
            message = "a metric is either a fact or a query: set exactly one of metric.fact and metric.query")
    public record Metric(
            @JsonPropertyDescription("Path of a numeric fact, such as battery.drainPermillePerHour.")
            @Size(min = 1, max = 128) @Pattern("^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*$") @Nullable String fact,

            @JsonPropertyDescription("A query to Prometheus that yields one number.")
            @Size(min = 1, max = 2048) @Nullable String query) {}
}
