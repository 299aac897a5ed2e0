package io.kubemdm.crds.enrollmenttoken;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.CounterField;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a token was used.
 *
 * @param uses claimed by compare-and-set before a certificate is signed
 * @param lastUsedAt coalesced: may be a minute late
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EnrollmentTokenStatus(
        @JsonPropertyDescription("The metadata.generation this status describes.") @CounterField @Nullable Long observedGeneration,

        @JsonPropertyDescription("Devices that enrolled with it.") @Min(0) @Max(1000000) int uses,

        @JsonPropertyDescription("When a device last enrolled with it; may be a minute late.") @TimeField @Nullable String lastUsedAt,

        @JsonPropertyDescription("Ready, Exhausted, Expired.") @Size(max = 8) List<Condition> conditions)
        implements EnrollmentTokenStatusBuilder.With {

    public EnrollmentTokenStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
