package io.kubemdm.gateway.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What the role counts; no label names a device or an audience. */
final class AccessMeters {

    private static final String TOKENS = "kubemdm.access.tokens";

    private final MeterRegistry registry;

    AccessMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The age of the partition that is judged least far; not a number before the first watermark. */
    void watch(Watermarks watermarks, InstantSource clock) {
        Gauge.builder("kubemdm.access.watermark.age.seconds", watermarks, each -> {
                    Instant earliest = each.earliest();
                    return earliest == null
                            ? Double.NaN
                            : Duration.between(earliest, clock.instant()).toMillis() / 1000.0;
                })
                .description("Since when devices may be judged no further, worst partition")
                .register(registry);
    }

    void issued() {
        registry.counter(TOKENS, "outcome", "Issued").increment();
    }

    void refused(Refusal refusal) {
        registry.counter(TOKENS, "outcome", refusal.name()).increment();
    }
}
