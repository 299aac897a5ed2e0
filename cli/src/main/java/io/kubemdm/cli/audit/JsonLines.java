package io.kubemdm.cli.audit;

import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads {@link AuditLine}s one by one; a line is at most {@value Json#MAX_BYTES} bytes long. */
final class JsonLines {

    private JsonLines() {}

    /**
     * Hands over every line.
     *
     * @throws MalformedJson for a line that is none, which the message names by its number
     */
    static void read(InputStream from, Consumer<AuditLine> to) throws IOException {
        InputStream in = new BufferedInputStream(from, 1 << 16);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long number = 1;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                take(number++, line, to);
            } else if (line.size() >= Json.MAX_BYTES) {
                throw new MalformedJson("line " + number + " is longer than " + Json.MAX_BYTES + " bytes");
            } else {
                line.write(next);
            }
        }
        if (line.size() > 0) {
            take(number, line, to);
        }
    }

    private static void take(long number, ByteArrayOutputStream line, Consumer<AuditLine> to) {
        try {
            to.accept(Json.read(line.toByteArray(), AuditLine.class));
        } catch (MalformedJson e) {
            throw new MalformedJson("line " + number + ": " + e.getMessage(), e);
        } finally {
            line.reset();
        }
    }
}
