package io.kubemdm.testbed.bench;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.operator.cel.CelRules;
import io.kubemdm.operator.engine.Engine;
import io.kubemdm.operator.engine.EngineSettings;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The engine alone as a process of its own, so that it can be killed: no configuration, no Quarkus. */
public final class EngineChild {

    private EngineChild() {}

    /** Starts one in the folder {@code dir}, with the whole compiler; the caller ends it. */
    static Child start(KafkaAccess kafka, String replica, Path dir) {
        return start(kafka, replica, dir, List.of("-Xmx2g"));
    }

    /** Starts one in the folder {@code dir}, with these options of the JVM; the caller ends it. */
    public static Child start(KafkaAccess kafka, String replica, Path dir, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EngineChild.class.getName()));
        return Child.start(new ChildSpec(
                "engine",
                command,
                Map.of(
                        "BOOTSTRAP",
                        kafka.bootstrapServers(),
                        "JAAS",
                        Objects.requireNonNull(kafka.jaasConfig()),
                        "REPLICA",
                        replica,
                        "STATE",
                        dir.resolve("state").toString()),
                dir,
                dir.resolve(replica + ".log"),
                ChildSpec.Lifeline.WITH_PARENT));
    }

    /** Runs until killed. */
    public static void main(String[] args) throws InterruptedException {
        Engine engine = new Engine(
                new EngineSettings(
                        System.getenv("REPLICA"),
                        2,
                        0,
                        Path.of(System.getenv("STATE")),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5)),
                new KafkaAccess(System.getenv("BOOTSTRAP"), "SASL_PLAINTEXT", System.getenv("JAAS"), null),
                CelRules::compile,
                null,
                new SimpleMeterRegistry(),
                InstantSource.system());
        engine.start();
        Thread.currentThread().join();
    }
}
