package io.kubemdm.testbed.history;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A history as a file: one {@link Line} as JSON per line, at most 64 KiB each and a million of them. */
public final class History {

    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int MAX_LINES = 1_000_000;

    /** A file that is no whole history; the message names the line. */
    public static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    private History() {}

    /** One line as it stands in the file, with its end. */
    public static byte[] toBytes(Line line) {
        return (new String(Json.write(line), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a file, whole or not.
     *
     * @throws Unreadable when a line is not one, or is too long, or there are too many
     */
    public static List<Line> read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in);
        }
    }

    static List<Line> read(InputStream in) throws IOException {
        List<Line> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                lines.add(parse(line.toByteArray(), lines.size() + 1));
                line.reset();
            } else if (line.size() == MAX_LINE_BYTES || lines.size() == MAX_LINES) {
                throw new Unreadable("line " + (lines.size() + 1) + " is over the limit of " + MAX_LINE_BYTES
                        + " bytes a line and " + MAX_LINES + " lines");
            } else {
                line.write(next);
            }
        }
        if (line.size() > 0) {
            throw new Unreadable("line " + (lines.size() + 1) + " has no end: the file was cut off");
        }
        return lines;
    }

    private static Line parse(byte[] line, int number) {
        try {
            return Json.read(line, Line.class);
        } catch (MalformedJson e) {
            throw new Unreadable("line " + number + ": " + e.getMessage());
        }
    }
}
