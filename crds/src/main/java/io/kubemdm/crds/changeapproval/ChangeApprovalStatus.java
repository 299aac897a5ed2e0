package io.kubemdm.crds.changeapproval;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.CounterField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the operator counted the approval, and if not, why. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ChangeApprovalStatus(
        @JsonPropertyDescription("The metadata.generation this status describes.") @CounterField @Nullable Long observedGeneration,

        @JsonPropertyDescription("Counted.") @Size(max = 4) List<Condition> conditions)
        implements ChangeApprovalStatusBuilder.With {

    public ChangeApprovalStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
