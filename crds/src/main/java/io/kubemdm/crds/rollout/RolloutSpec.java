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
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to bring where, and when to stop.
 *
 * @param controlPercent 0 to 20 percent of the devices are held back until the last step, for comparison
 * @param maxDevicesPerMinute absent means as fast as the steps allow
 * @param retire removes the bundle's line from the devices instead of setting it
 * @param enabled the kill switch: false takes the bundle back from every device this rollout admitted
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.bundleRef == oldSelf.bundleRef",
        message = "spec.bundleRef is immutable: create a new Rollout")
@ValidationRule(
        value = "self.steps.filter(s, has(s.percent)).map(s, s.percent).isSorted()",
        message = "spec.steps percent is cumulative and never falls: raise the later percent")
@ValidationRule(
        value = "has(self.steps[self.steps.size() - 1].percent) && self.steps[self.steps.size() - 1].percent == 100",
        message = "spec.steps must end with percent 100: add a last step with percent 100")
@ValidationRule(
        value = "!has(self.approvedStep) || self.steps.exists(s, s.name == self.approvedStep)",
        message = "spec.approvedStep names no step: use a name from spec.steps")
@ValidationRule(
        value =
                "self.steps.all(s, !has(s.analysis) || s.analysis.all(r, has(self.analysis) && self.analysis.exists(a, a.name == r)))",
        message = "spec.steps analysis names no analysis: use a name from spec.analysis")
@ValidationRule(
        value =
                "!has(self.analysis) || has(self.controlPercent) && self.controlPercent > 0 || self.analysis.all(a, a.compare != 'VersusControl')",
        message =
                "spec.controlPercent must be above 0 for an analysis that compares VersusControl: set it, or compare Absolute")
@ValidationRule(
        value =
                "!has(self.steps[self.steps.size() - 1].analysis) || !has(self.analysis) || self.analysis.all(a, a.compare != 'VersusControl' || !(a.name in self.steps[self.steps.size() - 1].analysis))",
        message =
                "spec.steps holds nobody back in its last step: remove analyses that compare VersusControl from it, or compare Absolute")
public record RolloutSpec(
        @JsonPropertyDescription("The PolicyBundle to bring.") @Required
        ObjectRef bundleRef,

        @JsonPropertyDescription("Devices it is for; {} means every device of the bundle's platforms.") @Required
        LabelSelector selector,

        @JsonPropertyDescription("Devices it is not for, though selected.") @Nullable LabelSelector exclude,

        @JsonPropertyDescription("The steps, in order; the last one has percent 100.")
        @Size(min = 1, max = 20) @Default(DEFAULT_STEPS)
        List<Step> steps,

        @JsonPropertyDescription("Percent of the devices held back until the last step, to compare with.")
        @Min(0) @Max(20) @Default("0")
        int controlPercent,

        @JsonPropertyDescription("When a step counts as done.") @Default("{\"percent\": 95, \"minimumSample\": 20}")
        Success success,

        @JsonPropertyDescription("When to stop or go back, by kind of failure.") @Size(max = 8) List<Abort> abort,

        @JsonPropertyDescription("Measurements that decide whether a step may end, by name.") @Size(max = 8) List<Analysis> analysis,

        @JsonPropertyDescription("How long a connected device may take.") @DurationField @Default("2h")
        String deviceTimeout,

        @JsonPropertyDescription("What a step does about devices that are not connected.") @Default("CatchUp")
        OfflinePolicy offlinePolicy,

        @JsonPropertyDescription("Most devices admitted in a minute; absent means no limit.")
        @Min(1) @Max(1000000) @Nullable Integer maxDevicesPerMinute,

        @JsonPropertyDescription("True removes the bundle's policy line instead of setting it.") @Default("false")
        boolean retire,

        @JsonPropertyDescription("A feature flag that must be on for a device; unreachable means hold.") @Nullable FeatureFlag featureFlag,

        @JsonPropertyDescription(
                "When devices may be admitted; empty means at any time. An admitted device stays admitted.")
        @Size(max = 8) List<Window> maintenanceWindows,

        @JsonPropertyDescription("Rollback takes the bundle back from every admitted device, Pause only stops.")
        @Default("Rollback")
        OnFailure onFailure,

        @JsonPropertyDescription("True holds the rollout where it is.") @Default("false")
        boolean paused,

        @JsonPropertyDescription("The kill switch: false takes the bundle back from every admitted device.")
        @Default("true")
        Boolean enabled,

        @JsonPropertyDescription("Name of the last step that a person has approved.") @LabelField @Nullable String approvedStep)
        implements RolloutSpecBuilder.With {

    static final String DEFAULT_STEPS = "[{\"name\": \"first\", \"percent\": 1}, {\"name\": \"some\", \"percent\": 10},"
            + " {\"name\": \"all\", \"percent\": 100}]";

    public RolloutSpec {
        steps = steps == null || steps.isEmpty() ? Step.DEFAULT : List.copyOf(steps);
        success = success == null ? new Success(null, null, null) : success;
        abort = abort == null ? List.of() : List.copyOf(abort);
        analysis = analysis == null ? List.of() : List.copyOf(analysis);
        deviceTimeout = deviceTimeout == null ? "2h" : deviceTimeout;
        maintenanceWindows = maintenanceWindows == null ? List.of() : List.copyOf(maintenanceWindows);
        offlinePolicy = offlinePolicy == null ? OfflinePolicy.CatchUp : offlinePolicy;
        onFailure = onFailure == null ? OnFailure.Rollback : onFailure;
        enabled = enabled == null ? Boolean.TRUE : enabled;
    }

    /** When a step counts as done: this share of the devices that answered, and at least so many answers or all. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Success(
            @JsonPropertyDescription(
                    "Percent of the step's devices that must be successes; running ones count against it.")
            @Min(1) @Max(100) @Default("95")
            Integer percent,

            @JsonPropertyDescription("Answers needed before a step ends, or all if there are fewer devices.")
            @Min(1) @Max(100000) @Default("20")
            Integer minimumSample,

            @JsonPropertyDescription("How long a device must have had the bundle in force to be a success.")
            @DurationField
            @Default("0s")
            String minSuccessTime) {

        public Success {
            minSuccessTime = minSuccessTime == null ? "0s" : minSuccessTime;
            percent = percent == null ? Integer.valueOf(95) : percent;
            minimumSample = minimumSample == null ? Integer.valueOf(20) : minimumSample;
        }
    }

    /** When to stop or go back. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Abort(
            @JsonPropertyDescription("The kind of failure that is counted.") @Required
            FailureType failureType,

            @JsonPropertyDescription("Percent of the answers that trips it.") @Required @Min(0) @Max(100) int percent,

            @JsonPropertyDescription(
                    "Answers needed before the share counts, or all connected devices' if they are fewer.")
            @Min(1) @Max(100000) @Default("20")
            Integer minimumSample) {

        public Abort {
            minimumSample = minimumSample == null ? Integer.valueOf(20) : minimumSample;
        }
    }

    /** An OpenFeature flag: off means off, unreachable means hold. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record FeatureFlag(
            @JsonPropertyDescription("Key of the flag; its variants are true and false.")
            @Required
            @Size(min = 1, max = 128) @Pattern(KEY) String key) {

        static final String KEY = "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$";
    }
}
