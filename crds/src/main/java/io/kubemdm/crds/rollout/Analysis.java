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
@ValidationRule(
        value = "!has(self.metric.query) || self.compare == 'Absolute'",
        message =
                "metric.query has no control group: compare Absolute, and write what it is compared with into the query, or use metric.fact")
@ValidationRule(
        value =
                "!has(self.metric.query) || !self.failWhen.matches(r'\\bcontrol\\b|\\bcandidate\\s*\\.\\s*(n|mean|median|p90|p95|min|max|stddev)\\b')",
        message = "failWhen of a metric.query knows one number: use candidate.value, such as candidate.value > 0.05")
@ValidationRule(
        value = "has(self.metric.query) || !self.failWhen.matches(r'\\bcandidate\\s*\\.\\s*value\\b')",
        message = "candidate.value is there with metric.query: for a fact use candidate, candidate.p95 and so on")
@ValidationRule(
        value = "!has(self.metric.query) || !self.interval.matches(r'^(0+[smhd])+$')",
        message = "a metric.query is asked every second at most: set interval to 1s or more")
public record Analysis(
        @JsonPropertyDescription("Name of the analysis.") @Required @LabelField
        String name,

        @JsonPropertyDescription("What is measured.") @Required
        Metric metric,

        @JsonPropertyDescription("Absolute, or VersusControl: against the devices held back.") @Default("Absolute")
        Comparison compare,

        @JsonPropertyDescription(
                "CEL on candidate and control (means, or candidate.p90 and so on; of a query candidate.value) that is true when the measurement is bad.")
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
    @ValidationRule(
            value = "!has(self.query) || self.query.matches(r'" + Metric.PLACEHOLDERS
                    + "') && !self.query.contains('${')",
            message =
                    "metric.query has an unknown placeholder: there are $namespace, $rollout, $line and $version, without braces")
    public record Metric(
            @JsonPropertyDescription("Path of a numeric fact, such as battery.drainPermillePerHour.")
            @Size(min = 1, max = 128) @Pattern("^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*$") @Nullable String fact,

            @JsonPropertyDescription(
                    "A query to Prometheus that yields one number; $namespace, $rollout, $line and $version are filled in.")
            @Size(min = 1, max = 1024) @Nullable String query) {

        /** A dollar sign before a word is a placeholder; before anything else it is the query's own. */
        static final String PLACEHOLDERS = "^([^$]|\\$(namespace|rollout|line|version)\\b|\\$\\B)*$";
    }
}
