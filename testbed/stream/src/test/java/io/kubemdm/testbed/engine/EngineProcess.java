package io.kubemdm.testbed.engine;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.operator.engine.EngineSettings;
import io.kubemdm.testbed.bench.EngineChild;
import io.kubemdm.testbed.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The engine as the tests run it: within the test's own process, or quick to start as one of its own. */
public final class EngineProcess {

    private EngineProcess() {}

    /** Starts one in the folder {@code dir}; the caller ends it. */
    public static Child start(KafkaAccess kafka, String replica, Path dir) {
        return EngineChild.start(kafka, replica, dir, List.of("-XX:TieredStopAtLevel=1", "-Xmx384m"));
    }

    static EngineSettings settings(String replica, Path state, Duration heartbeat) {
        return new EngineSettings(replica, 2, 0, state, heartbeat, Duration.ofSeconds(2));
    }
}
