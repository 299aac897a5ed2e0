package io.kubemdm.testbed.engine;

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
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The engine as a process of its own, so that it can be killed. Only the engine: no configuration, no Quarkus. */
public final class EngineProcess {

    private EngineProcess() {}

    /** Starts one in the folder {@code dir}; the caller ends it. */
    public static Child start(KafkaAccess kafka, String replica, Path dir) {
        return Child.start(new ChildSpec(
                "engine",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx384m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EngineProcess.class.getName()),
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
                dir.resolve("engine.log"),
                ChildSpec.Lifeline.WITH_PARENT));
    }

    static EngineSettings settings(String replica, Path state, Duration heartbeat) {
        return new EngineSettings(replica, 2, 0, state, heartbeat, Duration.ofSeconds(2));
    }

    public static void main(String[] args) throws InterruptedException {
        KafkaAccess kafka = new KafkaAccess(System.getenv("BOOTSTRAP"), "SASL_PLAINTEXT", System.getenv("JAAS"), null);
        Engine engine = new Engine(
                settings(System.getenv("REPLICA"), Path.of(System.getenv("STATE")), Duration.ofMinutes(5)),
                kafka,
                CelRules::compile,
                null,
                new SimpleMeterRegistry(),
                InstantSource.system());
        engine.start();
        Thread.currentThread().join();
    }
}
