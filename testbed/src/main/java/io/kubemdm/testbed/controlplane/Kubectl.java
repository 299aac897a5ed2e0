package io.kubemdm.testbed.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The real kubectl, as one user.
 *
 * @param program the binary
 * @param kubeconfig whose user it acts as
 */
public record Kubectl(Path program, Path kubeconfig) {

    /** Both streams must be read at the same time, and the common pool of two cores has one thread. */
    private static final Executor READERS = task -> Thread.ofVirtual().start(task);

    /**
     * What a call came to.
     *
     * @param exit its exit code
     * @param out its standard output
     * @param err its standard error
     */
    public record Result(int exit, String out, String err) {

        /** Whether it exited with 0. */
        public boolean ok() {
            return exit == 0;
        }
    }

    /** Runs it and returns what came out, whatever that was. */
    public Result tryRun(String... arguments) {
        return tryRun("", List.of(arguments));
    }

    /** Runs it with something on its standard input and returns what came out, whatever that was. */
    public Result tryRun(String input, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command).start();
            var err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), READERS);
            var out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), READERS);
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            return new Result(process.waitFor(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + program, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running kubectl", e);
        }
    }

    /**
     * Runs it and returns its standard output.
     *
     * @throws IllegalStateException when it exits with anything but 0; the message has its standard error
     */
    public String run(String... arguments) {
        return require(tryRun(arguments), String.join(" ", arguments));
    }

    /**
     * Applies YAML by server-side apply.
     *
     * @throws IllegalStateException when the API server refuses any of it; the message has its words
     */
    public String apply(String yaml) {
        return require(tryRun(yaml, List.of("apply", "--server-side", "--force-conflicts", "-f", "-")), "apply");
    }

    /** Applies a file, or every file below a folder, by server-side apply. */
    public String apply(Path path) {
        return run("apply", "--server-side", "--force-conflicts", "-R", "-f", path.toString());
    }

    private static String require(Result result, String what) {
        if (!result.ok()) {
            throw new IllegalStateException(
                    "kubectl " + what + ": " + result.err().strip());
        }
        return result.out();
    }

    private static String readAll(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
