package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All devices at once: what is known of each, whom each live rollout selects and has admitted, and the counts. A change
 * of one device costs O(live rollouts of its namespace). Safe for several threads; a namespace is one lock.
 */
public final class Fleet {

    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Turnstile turnstile;

    /** A fleet whose devices are let in without asking. */
    public Fleet(Clock clock) {
        this(clock, Turnstile.OPEN);
    }

    /** @param turnstile asked before a device is admitted, under a lock */
    public Fleet(Clock clock, Turnstile turnstile) {
        this.clock = clock;
        this.turnstile = turnstile;
    }

    /**
     * Takes a device's state.
     *
     * @return names of the rollouts whose counts that changes
     */
    public List<String> know(KnownDevice known) {
        return change(known.device(), device -> device.withKnown(known));
    }

    /** Forgets a device's state. */
    public List<String> forget(DeviceId id) {
        return change(id, device -> device.withKnown(null));
    }

    /** Takes a Device object of the company's. */
    public List<String> declare(DeviceId id, boolean managed, String platform, Map<String, String> labels) {
        return declare(id, managed, platform, false, labels);
    }

    /** Takes a Device object; {@code managed} is false for a Retired one. */
    public List<String> declare(
            DeviceId id, boolean managed, String platform, boolean personal, Map<String, String> labels) {
        return change(id, device -> device.withObject(managed, platform, personal, labels));
    }

    /** A Device object is gone. */
    public List<String> undeclare(DeviceId id) {
        return change(id, device -> device.withObject(false, "", false, Map.of()));
    }

    private List<String> change(DeviceId id, UnaryOperator<FleetDevice> change) {
        return in(id.namespace(), tenant -> tenant.change(id, change));
    }

    /**
     * Takes a rollout as it now stands.
     *
     * @return names of the devices whose admission that changes, in admission order
     */
    public List<String> put(LiveRollout rollout) {
        return in(rollout.namespace(), tenant -> tenant.put(rollout));
    }

    /**
     * The {@link Turnstile} may answer differently now; linear in the rollout's devices.
     *
     * @return names of the devices whose admission that changes, in admission order
     */
    public List<String> recheck(String namespace, String rollout) {
        return in(namespace, tenant -> tenant.recheck(rollout));
    }

    /** A rollout is gone. @return names of the devices it selected */
    public List<String> remove(String namespace, String rollout) {
        return in(namespace, tenant -> tenant.remove(rollout));
    }

    /** The device, null when neither object nor state is known. */
    public @Nullable FleetDevice device(DeviceId id) {
        Tenant tenant = tenant(id.namespace());
        synchronized (tenant) {
            return tenant.device(id.name());
        }
    }

    /**
     * What live rollouts say about a device.
     *
     * @param admitting those that admit it
     * @param revoked digests that no rollout grants it any more: theirs was aborted, switched off, or no longer selects it
     * @param restored the same of rollouts that remove a line
     */
    public record Verdict(List<LiveRollout> admitting, Set<String> revoked, Set<String> restored) {}

    /** What live rollouts say about a device; nothing when no order can reach it. */
    public Verdict verdict(FleetDevice device) {
        return device.addressable()
                ? in(device.id().namespace(), tenant -> tenant.verdict(device))
                : new Verdict(List.of(), Set.of(), Set.of());
    }

    /** Counts of a rollout at this moment. */
    public Tally tally(String namespace, String rollout) {
        return of(namespace, rollout, Tally.NONE, (tenant, members) -> {
            members.advance();
            return members.tally();
        });
    }

    /** When the counts of a rollout next change by themselves, null for never. */
    public @Nullable Instant nextDue(String namespace, String rollout) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.members(rollout);
            return members == null ? null : members.nextDue();
        }
    }

    /** The place of a rollout's {@code count}-th device in its order, null when there is none. */
    public @Nullable String place(String namespace, String rollout, int count) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.members(rollout);
            return members == null ? null : members.place(count);
        }
    }

    /** How many of a rollout's devices are at or before a place. */
    public int upTo(String namespace, String rollout, String place) {
        return of(namespace, rollout, 0, (tenant, members) -> members.upTo(place));
    }

    /** The name of another rollout that brings other content under the same version, null when there is none. */
    public @Nullable String conflict(LiveRollout rollout) {
        Tenant tenant = tenant(rollout.namespace());
        synchronized (tenant) {
            return tenant.conflict(rollout);
        }
    }

    /** How many devices a rollout would admit as it is given here and does not admit as it stands; linear. */
    public int further(LiveRollout next) {
        return in(next.namespace(), tenant -> tenant.further(next));
    }

    /** Some devices of a rollout that failed so, in admission order. */
    public List<FleetDevice> some(String namespace, String rollout, Standing failure, int limit) {
        return of(namespace, rollout, List.of(), (tenant, members) -> members.names(failure, limit).stream()
                .map(tenant::device)
                .filter(Objects::nonNull)
                .toList());
    }

    /** Every device, tenant by tenant, each tenant as of one moment. */
    public Stream<FleetDevice> devices() {
        return tenants.values().stream().flatMap(tenant -> {
            synchronized (tenant) {
                return List.copyOf(tenant.devices()).stream();
            }
        });
    }

    /** How many devices of a namespace are enrolled and not retired; linear in their number. */
    public int enrolled(String namespace) {
        return in(namespace, tenant -> (int) tenant.devices().stream()
                .map(FleetDevice::known)
                .filter(known -> known != null && known.enrolment() != null && !known.retired())
                .count());
    }

    private <T> T in(String namespace, Function<Tenant, T> work) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            return work.apply(tenant);
        }
    }

    private <T> T of(String namespace, String rollout, T none, BiFunction<Tenant, Members, T> work) {
        return in(namespace, tenant -> {
            Members members = tenant.members(rollout);
            return members == null ? none : work.apply(tenant, members);
        });
    }

    private Tenant tenant(String namespace) {
        return tenants.computeIfAbsent(namespace, name -> new Tenant(clock, turnstile));
    }
}
