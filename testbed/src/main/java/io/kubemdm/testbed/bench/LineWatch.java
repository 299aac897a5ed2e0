package io.kubemdm.testbed.bench;

import com.nimbusds.jose.JWSObject;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.testbed.fleet.FleetListener;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Which version of one policy line each device of a fleet was told to have and has reported, and since when. */
public final class LineWatch implements FleetListener {

    /** Of one version; times are {@link System#nanoTime}, 0 for never. */
    private static final class Version {
        private final LongAdder orders = new LongAdder();
        private final LongAdder holders = new LongAdder();
        private final AtomicLong firstOrder = new AtomicLong();
        private final AtomicLong lastOrder = new AtomicLong();
        private final AtomicLong lastSigned = new AtomicLong();
        private final AtomicLong lastHeld = new AtomicLong();
    }

    private static final String NONE = "none";

    private final String policy;
    private final Map<DeviceId, String> ordered = new ConcurrentHashMap<>();
    private final Map<DeviceId, PolicyReported> held = new ConcurrentHashMap<>();
    private final Map<String, Version> versions = new ConcurrentHashMap<>();

    /** @param policy name of the line */
    public LineWatch(String policy) {
        this.policy = policy;
    }

    /** Devices whose latest order names this version. */
    public long ordered(String version) {
        return ordered.values().stream().filter(version::equals).count();
    }

    /** Devices that reported this version applied last, the report being in Kafka. */
    public List<PolicyReported> held(String version) {
        return held.values().stream()
                .filter(report -> report.policy().version().equals(version))
                .toList();
    }

    /** How many they are. */
    long holders(String version) {
        return version(version).holders.sum();
    }

    /** The latest such report of a device. */
    public PolicyReported held(DeviceId device) {
        return Objects.requireNonNull(held.get(device), () -> device + " has reported nothing");
    }

    /** Orders received that name this version and not what the device's order before named. */
    public long orders(String version) {
        return version(version).orders.sum();
    }

    /** When the first of them came in. */
    long firstOrder(String version) {
        return version(version).firstOrder.get();
    }

    /** When the last of them came in. */
    public long lastOrder(String version) {
        return version(version).lastOrder.get();
    }

    /** When the last of them was signed, by the operator's clock, which is this machine's. */
    long lastSigned(String version) {
        return version(version).lastSigned.get();
    }

    /** When the last device reported this version applied. */
    long lastHeld(String version) {
        return version(version).lastHeld.get();
    }

    private Version version(String version) {
        return versions.computeIfAbsent(version, name -> new Version());
    }

    @Override
    public void onOrderReceived(DeviceId device, OrderIssued order, long nanos) {
        if (order.lane() != OrderIssued.Lane.desired) {
            return;
        }
        DesiredOrder desired = desired(order);
        String now = named(desired);
        if (!now.equals(ordered.put(device, now))) {
            Version version = version(now);
            version.orders.increment();
            version.firstOrder.compareAndSet(0, nanos);
            version.lastOrder.accumulateAndGet(nanos, Math::max);
            long ago = Duration.between(desired.issuedAt(), Instant.now()).toNanos();
            version.lastSigned.accumulateAndGet(System.nanoTime() - ago, Math::max);
        }
    }

    private String named(DesiredOrder order) {
        return order.policies().stream()
                .filter(ref -> ref.policy().equals(policy))
                .map(PolicyRef::version)
                .findFirst()
                .orElse(NONE);
    }

    private static DesiredOrder desired(OrderIssued order) {
        try {
            return Json.read(JWSObject.parse(order.jws()).getPayload().toBytes(), DesiredOrder.class);
        } catch (ParseException e) {
            throw new IllegalStateException("an order that is no JWS", e);
        }
    }

    @Override
    public void onAcknowledged(DeviceId device, MessageId id, AgentReport report, long nanos) {
        if (report instanceof PolicyReported policyReported
                && policyReported.state() == PolicyReported.State.Applied
                && policyReported.policy().policy().equals(policy)) {
            PolicyReported before = held.put(device, policyReported);
            if (before != null) {
                version(before.policy().version()).holders.decrement();
            }
            Version version = version(policyReported.policy().version());
            version.holders.increment();
            version.lastHeld.accumulateAndGet(nanos, Math::max);
        }
    }
}
