package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** Kubernetes' label selector with bounds. An empty one selects everything. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LabelSelector(
        @JsonPropertyDescription("Labels that must have exactly these values.") @Size(max = 16) Map<String, @Size(max = 63) String> matchLabels,

        @JsonPropertyDescription("Requirements that must all hold.") @Size(max = 16) List<Requirement> matchExpressions) {

    public LabelSelector {
        matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
        matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
    }

    /** Whether these labels satisfy every requirement. A requirement this version does not know selects nothing. */
    public boolean matches(Map<String, String> labels) {
        return matchLabels.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
                && matchExpressions.stream().allMatch(r -> r.matches(labels));
    }

    /** One requirement on one label. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Requirement(
            @JsonPropertyDescription("The label's key.") @Required @Size(min = 1, max = 317) String key,

            @JsonPropertyDescription("How the label's value relates to values.") @Required
            Operator operator,

            @JsonPropertyDescription("Values for In and NotIn; empty for Exists and DoesNotExist.") @Size(max = 32) List<@Size(max = 63) String> values) {

        public Requirement {
            values = values == null ? List.of() : List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
                case Unrecognised -> false;
            };
        }
    }

    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist,
        @JsonIgnore
        Unrecognised;

        @JsonCreator
        public static Operator of(String name) {
            return EnumNames.find(Operator.class, name, Unrecognised);
        }
    }
}
