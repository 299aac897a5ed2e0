package io.kubemdm.operator.engine;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while reports are judged; otherwise says what is waited for. */
@Readiness
@ApplicationScoped
public class EngineReadiness implements HealthCheck {

    private final EngineLifecycle lifecycle;

    EngineReadiness(EngineLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        EngineStatus status = lifecycle.status();
        return HealthCheckResponse.named("engine")
                .status(status.judging())
                .withData("reason", status.reason())
                .build();
    }
}
