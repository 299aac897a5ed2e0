package io.kubemdm.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Whether this process can serve, and if not, why: each part that must be ready says so in a sentence. */
@Default // the health qualifier alone would hide it from whoever adds a part
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class Readiness implements HealthCheck {

    private final Map<String, Supplier<@Nullable String>> parts = new ConcurrentSkipListMap<>();

    /**
     * Adds a part, or replaces it.
     *
     * @param part its name in the answer, e.g. {@code ledger}
     * @param notReadyBecause a sentence, or null when the part is ready; called from any thread, must not block
     */
    public void require(String part, Supplier<@Nullable String> notReadyBecause) {
        parts.put(part, notReadyBecause);
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("kubemdm").up();
        parts.forEach((part, notReadyBecause) -> {
            String reason = notReadyBecause.get();
            answer.withData(part, reason == null ? "ready" : reason);
            if (reason != null) {
                answer.down();
            }
        });
        return answer.build();
    }
}
