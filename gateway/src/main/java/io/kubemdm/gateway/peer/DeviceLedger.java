package io.kubemdm.gateway.peer;

import io.kubemdm.bus.Principal;
import io.kubemdm.gateway.DeadLetters;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.TrustFiles;
import io.kubemdm.gateway.ledger.CertificateLedger;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The process's one ledger, for all roles that serve devices; opened for the first that asks, closed after all of them. */
@ApplicationScoped
public class DeviceLedger {

    private final GatewayConfig config;
    private final DeadLetters deadLetters;
    private @Nullable CertificateLedger ledger;

    DeviceLedger(GatewayConfig config, DeadLetters deadLetters) {
        this.config = config;
        this.deadLetters = deadLetters;
    }

    /** The ledger; it reads from the first call on. */
    public synchronized CertificateLedger opened() {
        if (ledger == null) {
            ledger = CertificateLedger.open(
                    config.kafka().access(),
                    TrustFiles.read(config.trust()),
                    Principal.GATEWAY.user(),
                    Clock.systemUTC(),
                    deadLetters);
        }
        return ledger;
    }

    @PreDestroy
    synchronized void close() {
        if (ledger != null) {
            ledger.close();
        }
    }
}
