package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.AgentProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent as a person starts it: the launcher's commands, one process each, on a file tree of its own. */
final class TypedAgent implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How exactly a start can be told. */
    private static final Duration EVERY = Duration.ofMillis(5);

    private final Path launcher;
    private final Path root;
    private final Path log;
    private final AgentProbe probe;
    private @Nullable Process running;

    TypedAgent(Checkout checkout, Path folder) {
        this.launcher = checkout.path("agent/bin/kubemdm-agent");
        this.root = folder.resolve("root");
        this.log = folder.resolve("log");
        this.probe = new AgentProbe(root);
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay the agent's file tree", e);
        }
    }

    /** {@code kubemdm-agent enroll} with these options; returns when the command has ended well. */
    void enroll(List<String> options) throws InterruptedException {
        Process enroll = start("enroll", options);
        if (enroll.waitFor() != 0) {
            throw new IllegalStateException("kubemdm-agent enroll failed: " + said());
        }
    }

    /** {@code kubemdm-agent run}; returns when it holds a session. */
    void connect() {
        running = start("run", List.of());
        if (!Readiness.await(probe::isConnected, LIMIT, EVERY)) {
            throw new IllegalStateException("kubemdm-agent run did not connect within " + LIMIT + ": " + said());
        }
    }

    private Process start(String command, List<String> options) {
        List<String> line = new ArrayList<>();
        Collections.addAll(line, launcher.toString(), command, "--root", root.toString());
        line.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + launcher, e);
        }
    }

    private String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "it said nothing";
        }
    }

    /** Ends it as a power cut does; its file tree stays. */
    void kill() {
        if (running != null) {
            running.destroyForcibly().onExit().join();
            running = null;
        }
    }

    @Override
    public void close() {
        kill();
    }
}
