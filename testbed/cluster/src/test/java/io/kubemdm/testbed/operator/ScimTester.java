package io.kubemdm.testbed.operator;

import io.kubemdm.testbed.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** scim2-tester from PyPI, installed once beside the testbed's other foreign programs. */
final class ScimTester {

    private static final String VERSION = "0.5.2";
    private static final String PROGRAM = "testbed/cluster/src/test/resources/scim_conformance.py";

    /** What a program said. */
    record Result(int exit, String text) {}

    private ScimTester() {}

    /** Runs every check; the test is skipped where pip cannot install. */
    static Result check(String base, String token, Path authority) throws IOException, InterruptedException {
        Path packages = packages();
        return run(
                List.of(
                        "python3",
                        Checkout.ofWorkingDirectory().path(PROGRAM).toString(),
                        base,
                        token,
                        authority.toString()),
                Map.of("PYTHONPATH", packages.toString()));
    }

    private static Path packages() throws IOException, InterruptedException {
        Path cache = Path.of(System.getProperty("user.home"), ".cache/kubemdm");
        Path target = cache.resolve("scim2-tester-" + VERSION);
        if (!Files.exists(target)) {
            Files.createDirectories(cache);
            Path draft = Files.createTempDirectory(cache, "scim2-tester-");
            List<String> install = new ArrayList<>(List.of("python3", "-m", "pip", "install", "--quiet", "--target"));
            install.addAll(List.of(draft.toString(), "scim2-tester==" + VERSION, "scim2-client[httpx2]"));
            Result installed;
            try {
                installed = run(install, Map.of());
            } catch (IOException e) {
                installed = new Result(1, e.getMessage());
            }
            Assumptions.assumeTrue(
                    installed.exit() == 0,
                    "scim2-tester cannot be installed with pip: "
                            + installed.text().strip());
            Files.move(draft, target);
        }
        return target;
    }

    /** Runs a program with these variables over ours. */
    static Result run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor(5, TimeUnit.MINUTES)
                ? new Result(process.exitValue(), text)
                : new Result(-1, "not over: " + text);
    }
}
