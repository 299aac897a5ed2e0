package io.kubemdm.operator.engine;

import io.kubemdm.operator.OperatorConfig;
import io.kubemdm.operator.Role;
import io.kubemdm.operator.cel.CelRules;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the engine with the process when the process has its role, and stops it with the process. */
@ApplicationScoped
public class EngineLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EngineLifecycle.class);
    private static final EngineStatus ELSEWHERE = new EngineStatus(true, "not a role of this process");

    private final OperatorConfig config;
    private final MeterRegistry meters;
    private volatile @Nullable Engine engine;

    EngineLifecycle(OperatorConfig config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        if (!config.has(Role.ENGINE)) {
            return;
        }
        OperatorConfig.Engine settings = config.engine();
        Engine started = new Engine(
                new EngineSettings(
                        config.replica(),
                        settings.threads(),
                        settings.standbys(),
                        settings.stateDirectory(),
                        settings.defaultHeartbeat(),
                        settings.checkpointInterval()),
                config.kafka().access(),
                CelRules::compile,
                signer(config.keys().checkpoints()),
                meters,
                InstantSource.system());
        engine = started;
        started.start();
    }

    void stop(@Observes ShutdownEvent event) {
        Engine running = engine;
        if (running != null) {
            running.close();
        }
    }

    /** Whether reports are judged here; true where they are judged elsewhere. */
    EngineStatus status() {
        Engine running = engine;
        return running == null ? ELSEWHERE : running.status();
    }

    /** Without a key the chain stands unsigned; with a broken one the process does not start. */
    private static @Nullable Signer signer(Path folder) {
        Path certificate = folder.resolve("tls.crt");
        if (Files.notExists(certificate)) {
            LOG.warn("heads of the event chain are not signed: there is no {}", certificate);
            return null;
        }
        try {
            ECPublicKey key = (ECPublicKey)
                    Pem.certificates(Files.readString(certificate)).getFirst().getPublicKey();
            return new Signer(Pem.privateKey(Files.readString(folder.resolve("tls.key"))), key);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoints' key in " + folder, e);
        }
    }
}
