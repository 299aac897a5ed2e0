package io.kubemdm.agent.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the machine to its end: no shell, messages in English, bounded in time and output. */
public final class Subprocess {

    private static final int MAX_OUTPUT = 1 << 20;
    private static final int MAX_ERROR = 300;
    private static final int NOT_RUN = -1;

    /**
     * How it ended.
     *
     * @param code its exit code, {@value #NOT_RUN} when it did not start or end
     * @param output at most 1 MiB
     * @param error what it said on standard error, for people
     */
    public record Ended(int code, String output, String error) {
        /** Whether it ended with 0. */
        public boolean isGood() {
            return code == 0;
        }
    }

    private Subprocess() {}

    /** Runs it without input. */
    public static Ended run(Duration limit, List<String> command) {
        return run(limit, command, "");
    }

    /** Runs it with {@code input} on its standard input. */
    public static Ended run(Duration limit, List<String> command, String input) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Ended(NOT_RUN, "", command.getFirst() + " cannot be run: " + e.getMessage());
        }
        try {
            CompletableFuture<String> output = reading(process.getInputStream(), MAX_OUTPUT);
            CompletableFuture<String> error = reading(process.getErrorStream(), MAX_ERROR);
            write(process, input);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Ended(NOT_RUN, "", command.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            String said = error.join().strip().replace('\n', ' ');
            return new Ended(process.exitValue(), output.join(), said.isEmpty() ? "no message" : said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ended(NOT_RUN, "", command.getFirst() + " was not waited for");
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program that ends without reading all of it says by its exit code what it thinks of it. */
    private static void write(Process process, String input) {
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return;
        }
    }

    private static CompletableFuture<String> reading(InputStream stream, int most) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        byte[] start = stream.readNBytes(most);
                        stream.transferTo(OutputStream.nullOutputStream());
                        return new String(start, StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }
}
