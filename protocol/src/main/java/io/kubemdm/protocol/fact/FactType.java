package io.kubemdm.protocol.fact;

import com.fasterxml.jackson.databind.JsonNode;

/** The type of a fact, as JSON carries it and as a rule sees it. */
public enum FactType {
    BOOL("bool"),
    /** A whole number within ±2⁵³, beyond which JSON's numbers are not exact. */
    INT("int"),
    STRING("string"),
    STRINGS("list<string>"),
    STRING_MAP("map<string, string>");

    private static final long EXACT = 1L << 53;

    private final String text;

    FactType(String text) {
        this.text = text;
    }

    /** The type as CEL writes it. */
    public String text() {
        return text;
    }

    /** Whether a JSON value is of this type. */
    public boolean accepts(JsonNode value) {
        return switch (this) {
            case BOOL -> value.isBoolean();
            case INT ->
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= -EXACT
                        && value.longValue() <= EXACT;
            case STRING -> value.isTextual();
            case STRINGS -> value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
            case STRING_MAP -> value.isObject() && value.valueStream().allMatch(JsonNode::isTextual);
        };
    }
}
