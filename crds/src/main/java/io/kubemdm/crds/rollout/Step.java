package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.DurationField;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.LabelSelector;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step: a cumulative share of the eligible devices, or those that a selector names. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "has(self.percent) != has(self.selector)",
        message = "a step has either percent or selector: set exactly one of steps.percent and steps.selector")
public record Step(
        @JsonPropertyDescription("Name of the step.") @Required @LabelField
        String name,

        @JsonPropertyDescription(
                "Percent of the eligible devices admitted at this step, those of earlier steps included.")
        @Min(0) @Max(100) @Nullable Integer percent,

        @JsonPropertyDescription("Devices admitted at this step.") @Nullable LabelSelector selector,

        @JsonPropertyDescription("How long the step must stay successful before the next one.")
        @DurationField
        @Default("0s")
        String soak,

        @JsonPropertyDescription("Manual waits before this step until spec.approvedStep names it or a later one.")
        @Default("Automatic")
        Approval approval,

        @JsonPropertyDescription("Names of the analyses that must succeed before the step ends.") @Size(max = 8) List<@Size(min = 1, max = 63) String> analysis)
        implements StepBuilder.With {

    /** The same as the default in the schema: 1, 10 and 100 percent. */
    static final List<Step> DEFAULT = List.of(of("first", 1), of("some", 10), of("all", 100));

    public Step {
        soak = soak == null ? "0s" : soak;
        approval = approval == null ? Approval.Automatic : approval;
        analysis = analysis == null ? List.of() : List.copyOf(analysis);
    }

    private static Step of(String name, int percent) {
        return StepBuilder.builder().name(name).percent(percent).build();
    }
}
