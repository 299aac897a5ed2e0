package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One observed aspect of an object; a list of them is a map by {@code type}.
 *
 * <p>{@code lastTransitionTime} moves only when {@code status} does, and a message carries nothing that changes from one
 * reconcile to the next.
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Condition(
        @JsonPropertyDescription("The aspect, such as Ready.")
        @Required
        @Size(min = 1, max = 64) @Pattern("^[A-Z][A-Za-z0-9]*$") String type,

        @JsonPropertyDescription("True, False or Unknown.") @Required
        Status status,

        @JsonPropertyDescription("The metadata.generation this was observed on.") @CounterField @Nullable Long observedGeneration,

        @JsonPropertyDescription("When status last changed.") @Required @TimeField
        String lastTransitionTime,

        @JsonPropertyDescription("Why, as one CamelCase constant that programs may rely on.")
        @Required
        @Size(min = 1, max = 64) @Pattern("^[A-Z][A-Za-z0-9]*$") String reason,

        @JsonPropertyDescription("Why, as a sentence for people.") @Size(max = 512) @Nullable String message)
        implements ConditionBuilder.With {

    public enum Status {
        True,
        False,
        Unknown;

        @JsonCreator
        public static Status of(String name) {
            return EnumNames.find(Status.class, name, Unknown);
        }
    }
}
