package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.AgentProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
    private @Nullable Child running;

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
    void enroll(List<String> options) {
        start("enroll", options).requireSuccess(LIMIT);
    }

    /** {@code kubemdm-agent run}; returns when it holds a session. */
    void connect() {
        Child run = start("run", List.of());
        running = run;
        if (!Readiness.await(probe::isConnected, LIMIT, EVERY)) {
            throw new IllegalStateException(
                    "kubemdm-agent run did not connect within " + LIMIT + ": " + run.lastLines(20));
        }
    }

    private Child start(String command, List<String> options) {
        List<String> line = new ArrayList<>();
        Collections.addAll(line, launcher.toString(), command, "--root", root.toString());
        line.addAll(options);
        return Child.start(new ChildSpec(
                "kubemdm-agent " + command,
                line,
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                root,
                log,
                Lifeline.WITH_PARENT));
    }

    /** Ends it as a power cut does; its file tree stays. */
    void kill() {
        if (running != null) {
            running.kill9();
            running = null;
        }
    }

    @Override
    public void close() {
        kill();
    }
}
