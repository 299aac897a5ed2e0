package io.kubemdm.cli.verify;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The exit codes of a check: 0 good, 1 not good, 2 not checked. */
final class Checking {

    private static final int MAX_BYTES = 2 * Json.MAX_BYTES;

    private Checking() {}

    /** A check. */
    @FunctionalInterface
    interface Check {
        /** Whether it is good. */
        boolean good() throws IOException;
    }

    /** Runs it; whatever hinders it is told with exit code 2. */
    static int of(Check check) {
        try {
            return check.good() ? ExitCode.OK.number() : ExitCode.FAILED.number();
        } catch (IOException | CliFailure e) {
            throw new CliFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** A signed document's text, without the line end editors leave. */
    static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CliFailure(ExitCode.NOT_FOUND, file + " does not exist");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new CliFailure(ExitCode.USAGE, file + " is larger than " + MAX_BYTES + " bytes");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    }
}
