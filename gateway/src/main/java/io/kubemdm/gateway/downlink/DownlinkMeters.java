package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.order.WipeBudget.Lane;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToIntFunction;

/** What the downlink counts; no label names a device. Safe for several threads. */
public final class DownlinkMeters {

    private final MeterRegistry registry;

    /** Meters in this registry. */
    public DownlinkMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A record was refused. */
    void refused(String topic, OrderRefusal reason) {
        registry.counter("kubemdm.downlink.refused", "topic", topic, "reason", reason.name())
                .increment();
    }

    /** A namespace's budget is spent and commands wait; once per namespace and window. */
    void exceeded(Lane lane) {
        registry.counter("kubemdm.downlink.budget.exceeded", "lane", lane.name())
                .increment();
    }

    /** Commands that wait for their budget. */
    void watch(ToIntFunction<Lane> held) {
        for (Lane lane : Lane.values()) {
            Gauge.builder("kubemdm.downlink.commands.held", held, each -> each.applyAsInt(lane))
                    .tag("lane", lane.name())
                    .strongReference(true)
                    .register(registry);
        }
    }
}
