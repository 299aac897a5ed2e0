package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Our own command line and the agent's, run by their launchers as a person runs them. */
record Cli(Site site) {

    /** {@code kubemdm} with these arguments; fails with its words when it fails. */
    Result run(List<String> arguments) {
        return run(site.checkout().path("cli/bin/kubemdm"), arguments);
    }

    /** A launcher with these arguments. */
    Result run(Path launcher, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KUBECONFIG", site.folder().kubeconfig().toString());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            String out = text(process.getInputStream());
            Result result = new Result(process.waitFor(), out, err.join());
            if (!result.ok()) {
                throw new IllegalStateException(launcher.getFileName() + " " + arguments.get(0) + " " + arguments.get(1)
                        + ": " + result.err().strip());
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + launcher, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + launcher.getFileName(), e);
        }
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
