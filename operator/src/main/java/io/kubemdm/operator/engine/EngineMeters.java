package io.kubemdm.operator.engine;

import io.kubemdm.protocol.event.DeviceEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What the engine counts; no meter has a label per device. */
final class EngineMeters {

    private final MeterRegistry registry;

    EngineMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** One report, by its body's name and what it came to. */
    void judged(String body, Verdict verdict) {
        String outcome =
                switch (verdict) {
                    case Verdict.Transitions transitions -> "transition";
                    case Verdict.Ignored ignored -> ignored.cause().name();
                    case Verdict.Refused refused -> "refused";
                };
        registry.counter("kubemdm.engine.reports", "report", body, "outcome", outcome)
                .increment();
    }

    void event(DeviceEvent event) {
        registry.counter("kubemdm.engine.events", "type", event.typeName()).increment();
    }

    void deadLetter() {
        registry.counter("kubemdm.engine.dead.letters").increment();
    }

    void massSilence(String namespace) {
        registry.counter("kubemdm.engine.mass.silence", "namespace", namespace).increment();
    }

    void watermark() {
        registry.counter("kubemdm.engine.watermarks").increment();
    }

    void checkpoint() {
        registry.counter("kubemdm.engine.checkpoints").increment();
    }

    void connected(DeviceMemory memory) {
        Gauge.builder("kubemdm.engine.connected", memory, DeviceMemory::connected)
                .description("Connected devices of this replica's partitions")
                .register(registry);
    }
}
