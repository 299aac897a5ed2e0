package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Order;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the channel counts; no label names a device. */
final class ChannelMeters {

    private final MeterRegistry registry;
    private final AtomicInteger open;

    ChannelMeters(MeterRegistry registry) {
        this.registry = registry;
        this.open = registry.gauge("kubemdm.channel.sessions", new AtomicInteger());
    }

    /** Sessions that stopped reading and bytes in flight. */
    void watch(Sessions sessions, io.kubemdm.gateway.uplink.InFlightBudget budget) {
        registry.gauge("kubemdm.channel.sessions.held", sessions, Sessions::held);
        registry.gauge("kubemdm.uplink.inflight.bytes", budget, b -> b.inFlight());
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void ended(CloseCause cause) {
        registry.counter("kubemdm.channel.closed", "cause", cause.name()).increment();
    }

    void refused(String reason) {
        registry.counter("kubemdm.channel.refused", "reason", reason).increment();
    }

    void pushed(Order order) {
        registry.counter(
                        "kubemdm.channel.pushed", "lane", order.message().lane().name())
                .increment();
    }
}
