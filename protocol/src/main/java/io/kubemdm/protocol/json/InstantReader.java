package io.kubemdm.protocol.json;

import com.ethlo.time.ITU;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads RFC 3339 text by a library made for it: the JDK's formatter takes a tenth of the processor time of a service that
 * reads states. What the library does not take is left to Jackson's own reader, and to its errors.
 */
final class InstantReader extends StdScalarDeserializer<Instant> {

    private static final long serialVersionUID = 1L;

    InstantReader() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Instant read = parser.hasToken(JsonToken.VALUE_STRING) ? rfc3339(parser.getText()) : null;
        return read == null ? InstantDeserializer.INSTANT.deserialize(parser, context) : read;
    }

    /** Null when the library does not take the whole text. */
    private static @Nullable Instant rfc3339(String text) {
        ParsePosition end = new ParsePosition(0);
        try {
            Instant read = ITU.parseDateTime(text, end).toInstant();
            // The library stops at the zone and says nothing of what follows.
            return end.getIndex() == text.length() ? read : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
