package io.kubemdm.gateway.bridge;

import io.micrometer.core.instrument.MeterRegistry;

/** What the bridge counts; no label names a device. */
final class BridgeMeters {

    private final MeterRegistry registry;

    BridgeMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** How far behind it is, and how much it knows. */
    void watch(StateReader reader, WriteQueue queue, StateTable table) {
        registry.gauge("kubemdm.bridge.lag", reader, StateReader::lag);
        registry.gauge("kubemdm.bridge.queue", queue, WriteQueue::size);
        registry.gauge("kubemdm.bridge.devices", table, StateTable::size);
    }

    void looked(StatusWriter.Outcome outcome) {
        registry.counter("kubemdm.bridge.looks", "outcome", outcome.name()).increment();
    }
}
