package io.kubemdm.testbed.api;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.KubernetesBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real Helm on the chart of this checkout. */
record Helm(Path program, Path chart) {
    static final String NAMESPACE = "kubemdm-system";

    /** What a call came to; output and errors together. */
    record Result(int exit, String text) {}

    static Helm ofThisCheckout() {
        Checkout checkout = Checkout.ofWorkingDirectory();
        Path program = KubernetesBinaries.helm(checkout, message -> System.err.println("testbed: " + message));
        return new Helm(program, checkout.path("charts/kubemdm"));
    }

    Result lint(String... arguments) {
        return run("lint", List.of("--strict"), arguments);
    }

    Result tryTemplate(String... arguments) {
        return run("template", List.of("--namespace", NAMESPACE, "--kube-version", "1.36.3"), arguments);
    }

    /** The chart as it would be installed, as one YAML stream. */
    String template(String... arguments) {
        Result result = tryTemplate(arguments);
        if (result.exit() != 0) {
            throw new IllegalStateException("helm template: " + result.text());
        }
        return result.text();
    }

    private Result run(String verb, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), verb));
        if (verb.equals("template")) {
            command.add("kubemdm");
        }
        command.add(chart.toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + program, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running helm", e);
        }
    }
}
