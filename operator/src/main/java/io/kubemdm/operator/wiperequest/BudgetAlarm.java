package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people that a budget holds wipes back: how many wait, and one alert when it begins, however many follow. A new leader
 * tells it once more. Safe for several threads.
 */
final class BudgetAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetAlarm.class);

    private record Budget(String namespace, Lane lane) {}

    private final MeterRegistry meters;
    private final Set<Budget> holding = ConcurrentHashMap.newKeySet();

    /** @param requests every request there is, asked when the meters are read */
    BudgetAlarm(MeterRegistry meters, Supplier<Stream<WipeRequest>> requests) {
        this.meters = meters;
        for (Lane lane : Lane.values()) {
            meters.counter("kubemdm.wipes.budget.exceeded", "lane", lane.name());
            Gauge.builder("kubemdm.wipes.held", requests, all -> held(all.get(), lane))
                    .tag("lane", lane.name())
                    .strongReference(true)
                    .register(meters);
        }
    }

    /** A request has to wait for the budget. */
    void held(String namespace, WipeType type, WipeBudget.Reached reached) {
        Lane lane = lane(type);
        if (lane == null || !holding.add(new Budget(namespace, lane))) {
            return;
        }
        meters.counter("kubemdm.wipes.budget.exceeded", "lane", lane.name()).increment();
        LOG.error(
                "wipes held, the budget is spent namespace={} lane={} limit={} observed={} window={}",
                namespace,
                lane,
                reached.limit(),
                reached.observed(),
                reached.window());
    }

    /** The budget had room for one and nobody waits for it any more: the next hold is a new one. */
    void relaxed(String namespace, WipeType type) {
        Lane lane = lane(type);
        if (lane != null) {
            holding.remove(new Budget(namespace, lane));
        }
    }

    /** One that waits for a budget has a limit in its hold; one that waits for its device to enrol has none. */
    private static long held(Stream<WipeRequest> requests, Lane lane) {
        return requests.filter(each -> each.getStatus() != null
                        && each.getStatus().phase() == WipePhase.Held
                        && each.getStatus().hold() != null
                        && each.getStatus().hold().limit() != null
                        && lane(each.getSpec().type()) == lane)
                .count();
    }

    private static @Nullable Lane lane(WipeType type) {
        var command = WipeDecision.commandType(type);
        return command == null ? null : Lane.of(command);
    }
}
