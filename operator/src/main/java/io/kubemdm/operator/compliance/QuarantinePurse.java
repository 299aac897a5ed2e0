package io.kubemdm.operator.compliance;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WipeBudget;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many devices policies may confine, per namespace: a bad policy must not take a fleet off the network. It is counted from
 * what is on record once, then kept, and tells people once when it begins to hold devices back. Safe for several threads.
 */
public final class QuarantinePurse {

    private static final Logger LOG = LoggerFactory.getLogger(QuarantinePurse.class);

    private static final class Tenant {
        private final List<Instant> spent;
        private final Set<String> held = new HashSet<>();

        Tenant(Stream<Instant> spent) {
            this.spent = new ArrayList<>(spent.sorted(Comparator.naturalOrder()).toList());
        }
    }

    private final WipeBudget.Limits limits;
    private final Function<String, Stream<Instant>> records;
    private final ToIntFunction<String> devices;
    private final MeterRegistry meters;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    /**
     * A purse.
     *
     * @param records what was spent in a namespace, as it is on record
     * @param devices how many devices a namespace has
     */
    public QuarantinePurse(
            WipeBudget.Limits limits,
            Function<String, Stream<Instant>> records,
            ToIntFunction<String> devices,
            MeterRegistry meters) {
        this.limits = limits;
        this.records = records;
        this.devices = devices;
        this.meters = meters;
        meters.counter("kubemdm.quarantines.budget.exceeded");
        Gauge.builder("kubemdm.quarantines.held", tenants, QuarantinePurse::held)
                .strongReference(true)
                .register(meters);
    }

    /**
     * Takes one for a device if there is room.
     *
     * @return null when it was taken, else when there may be room
     */
    @Nullable Instant take(DeviceId device, Instant now) {
        Tenant tenant = tenant(device.namespace());
        synchronized (tenant) {
            Instant counts = now.minus(WipeBudget.LONGEST);
            if (!tenant.spent.isEmpty() && !tenant.spent.getFirst().isAfter(counts)) {
                tenant.spent.removeIf(each -> !each.isAfter(counts));
            }
            WipeBudget budget = limits.forFleet(devices.applyAsInt(device.namespace()));
            Instant free = budget.earliest(tenant.spent, now);
            if (!free.isAfter(now)) {
                tenant.spent.add(now);
                tenant.held.remove(device.name());
                return null;
            }
            if (tenant.held.isEmpty()) {
                alert(device.namespace(), budget.reached(tenant.spent, now));
            }
            tenant.held.add(device.name());
            return free;
        }
    }

    /** What was taken at that moment was not used. */
    void giveBack(DeviceId device, Instant taken) {
        Tenant tenant = tenant(device.namespace());
        synchronized (tenant) {
            tenant.spent.remove(taken);
        }
    }

    /** The device waits for nothing. */
    void settled(DeviceId device) {
        Tenant tenant = tenants.get(device.namespace());
        if (tenant != null) {
            synchronized (tenant) {
                tenant.held.remove(device.name());
            }
        }
    }

    private Tenant tenant(String namespace) {
        return tenants.computeIfAbsent(namespace, name -> new Tenant(records.apply(name)));
    }

    private void alert(String namespace, WipeBudget.@Nullable Reached reached) {
        meters.counter("kubemdm.quarantines.budget.exceeded").increment();
        LOG.error(
                "ALERT quarantines held, the budget is spent namespace={} limit={} observed={} window={}",
                namespace,
                reached == null ? 0 : reached.limit(),
                reached == null ? 0 : reached.observed(),
                reached == null ? null : reached.window());
    }

    private static double held(Map<String, Tenant> tenants) {
        int held = 0;
        for (Tenant tenant : tenants.values()) {
            synchronized (tenant) {
                held += tenant.held.size();
            }
        }
        return held;
    }
}
