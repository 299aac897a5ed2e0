package io.kubemdm.protocol.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/**
 * The project's one JSON mapper. Unknown properties are tolerated (an older reader meets a newer writer), absent
 * optional ones are not written, times are RFC 3339 text. Input is limited: {@value #MAX_BYTES} bytes, depth
 * {@value #MAX_DEPTH}, duplicate keys refused.
 */
public final class Json {

    /** The longest document anyone may hand us, in bytes: a bundle with its files is the largest. */
    public static final int MAX_BYTES = 1 << 20;

    /** The deepest nesting accepted. */
    public static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_BYTES)
                            .maxStringLength(MAX_BYTES)
                            .maxNumberLength(64)
                            .maxNameLength(1024)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addDeserializer(Instant.class, new InstantReader()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private Json() {}

    /** The shared mapper. Configured once; do not change it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads {@code bytes} as {@code type}.
     *
     * @throws MalformedJson when it is not JSON, too large, too deep, or not of that shape
     */
    public static <T> T read(byte[] bytes, Class<T> type) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedJson("document of " + bytes.length + " bytes is over the limit of " + MAX_BYTES);
        }
        try {
            return present(MAPPER.readValue(bytes, type), type);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedJson("not a " + type.getSimpleName() + ": " + firstLine(e), e);
        }
    }

    /** Turns a tree into {@code type}, with the errors of {@link #read}. */
    public static <T> T convert(JsonNode tree, Class<T> type) {
        try {
            return present(MAPPER.treeToValue(tree, type), type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new MalformedJson("not a " + type.getSimpleName() + ": " + firstLine(e), e);
        }
    }

    /** Writes a value of our own types, which always succeeds. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }

    /** The RFC 8785 canonical form of a value. Numbers must be within ±2^53, see the order counters' limit. */
    public static byte[] canonical(Object value) {
        try {
            return new JsonCanonicalizer(write(value)).getEncodedUTF8();
        } catch (IOException e) {
            throw new IllegalStateException("cannot canonicalise " + value.getClass(), e);
        }
    }

    private static <T> T present(@Nullable T value, Class<T> type) {
        if (value == null) {
            throw new MalformedJson("expected " + type.getSimpleName() + ", found null");
        }
        return value;
    }

    private static String firstLine(Exception e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        String text = message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
