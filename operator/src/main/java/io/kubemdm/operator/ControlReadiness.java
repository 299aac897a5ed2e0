package io.kubemdm.operator;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when leading, or standing by for the replica that leads; else says what is missing. */
@Readiness
@ApplicationScoped
public class ControlReadiness implements HealthCheck {

    private final ControlRole role;

    ControlReadiness(ControlRole role) {
        this.role = role;
    }

    @Override
    public HealthCheckResponse call() {
        Control control = role.control();
        if (control == null) {
            return HealthCheckResponse.named("control")
                    .withData("role", "off")
                    .up()
                    .build();
        }
        Control.Phase phase = control.phase();
        String trouble = control.trouble();
        boolean ready = phase == Control.Phase.STANDBY || (phase == Control.Phase.LEADING && trouble.isEmpty());
        return HealthCheckResponse.named("control")
                .withData("phase", phase.name().toLowerCase(Locale.ROOT))
                .withData("reason", trouble.isEmpty() ? "none" : trouble)
                .status(ready)
                .build();
    }
}
