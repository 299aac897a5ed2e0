package io.kubemdm.protocol.fact;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The type of a fact, as JSON carries it and as a rule sees it. A text has at most {@value #MAX_CHARACTERS} characters, a
 * list {@value #MAX_ELEMENTS} elements, a map {@value #MAX_ENTRIES} entries; what is larger counts as not measured, so
 * that what a rule can cost is known before.
 */
public enum FactType {
    BOOL("bool"),
    /** A whole number within ±2⁵³, beyond which JSON's numbers are not exact. */
    INT("int"),
    STRING("string"),
    STRINGS("list<string>"),
    STRING_MAP("map<string, string>");

    /** Of a text, of an element of a list, of a key and of a value of a map. */
    public static final int MAX_CHARACTERS = 512;

    /** Of a list. */
    public static final int MAX_ELEMENTS = 256;

    /** Of a map. */
    public static final int MAX_ENTRIES = 4096;

    private static final long EXACT = 1L << 53;

    private final String text;

    FactType(String text) {
        this.text = text;
    }

    /** The type as CEL writes it. */
    public String text() {
        return text;
    }

    /** Whether a JSON value is of this type and within its bounds. */
    public boolean accepts(JsonNode value) {
        return switch (this) {
            case BOOL -> value.isBoolean();
            case INT ->
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= -EXACT
                        && value.longValue() <= EXACT;
            case STRING -> isText(value);
            case STRINGS ->
                value.isArray()
                        && value.size() <= MAX_ELEMENTS
                        && value.valueStream().allMatch(FactType::isText);
            case STRING_MAP ->
                value.isObject()
                        && value.size() <= MAX_ENTRIES
                        && value.propertyStream()
                                .allMatch(
                                        entry -> entry.getKey().length() <= MAX_CHARACTERS && isText(entry.getValue()));
        };
    }

    private static boolean isText(JsonNode value) {
        return value.isTextual() && value.textValue().length() <= MAX_CHARACTERS;
    }
}
