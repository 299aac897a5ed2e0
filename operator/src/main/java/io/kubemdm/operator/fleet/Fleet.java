package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.device.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All devices at once: what is known of each, whom each live rollout selects and has admitted, and the counts. A change
 * of one device costs O(live rollouts of its namespace). Safe for several threads; a namespace is one lock.
 */
public final class Fleet {

    /** One tenant. Its own monitor guards it. */
    private static final class Tenant {
        private final Map<String, FleetDevice> devices = new HashMap<>();
        private final Map<String, Members> rollouts = new TreeMap<>();
    }

    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

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

    /** Takes a Device object; {@code managed} is false for a Retired one. */
    public List<String> declare(DeviceId id, boolean managed, String platform, Map<String, String> labels) {
        return change(id, device -> device.withObject(managed, platform, labels));
    }

    /** A Device object is gone. */
    public List<String> undeclare(DeviceId id) {
        return change(id, device -> device.withObject(false, "", Map.of()));
    }

    private List<String> change(DeviceId id, UnaryOperator<FleetDevice> change) {
        Tenant tenant = tenant(id.namespace());
        synchronized (tenant) {
            FleetDevice before = tenant.devices.getOrDefault(id.name(), FleetDevice.empty(id));
            FleetDevice now = change.apply(before);
            if (now.gone()) {
                tenant.devices.remove(id.name());
            } else {
                tenant.devices.put(id.name(), now);
            }
            List<String> touched = new ArrayList<>();
            tenant.rollouts.forEach((name, members) -> {
                if (members.put(now)) {
                    touched.add(name);
                }
            });
            return touched;
        }
    }

    /**
     * Takes a rollout as it now stands.
     *
     * @return names of the devices whose admission that changes, in admission order
     */
    public List<String> put(LiveRollout rollout) {
        Tenant tenant = tenant(rollout.namespace());
        synchronized (tenant) {
            Members members = tenant.rollouts.get(rollout.name());
            if (members != null && sameOrder(members.rollout(), rollout)) {
                return members.rollout().equals(rollout) ? List.of() : members.replace(rollout, tenant.devices);
            }
            Members fresh = new Members(rollout);
            tenant.devices.values().forEach(fresh::put);
            tenant.rollouts.put(rollout.name(), fresh);
            List<String> changed = new ArrayList<>(fresh.admitted());
            if (members != null) {
                members.admitted().stream()
                        .filter(name -> !changed.contains(name))
                        .forEach(changed::add);
            }
            return changed;
        }
    }

    /** A rollout is gone. @return names of the devices it selected */
    public List<String> remove(String namespace, String rollout) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.rollouts.remove(rollout);
            return members == null ? List.of() : members.names();
        }
    }

    private static boolean sameOrder(LiveRollout one, LiveRollout other) {
        return one.bundle().equals(other.bundle())
                && one.platforms().equals(other.platforms())
                && one.selector().equals(other.selector())
                && java.util.Objects.equals(one.exclude(), other.exclude());
    }

    /** The device, null when neither object nor state is known. */
    public @Nullable FleetDevice device(DeviceId id) {
        Tenant tenant = tenant(id.namespace());
        synchronized (tenant) {
            return tenant.devices.get(id.name());
        }
    }

    /**
     * What live rollouts say about a device.
     *
     * @param admitting those that admit it
     * @param revoked digests that no rollout grants it any more: theirs was aborted, switched off, or no longer selects it
     */
    public record Verdict(List<LiveRollout> admitting, Set<String> revoked) {}

    /** What live rollouts say about a device; nothing when no order can reach it. */
    public Verdict verdict(FleetDevice device) {
        if (!device.addressable()) {
            return new Verdict(List.of(), Set.of());
        }
        Tenant tenant = tenant(device.id().namespace());
        List<LiveRollout> admitting = new ArrayList<>();
        Set<String> revoked = new HashSet<>();
        Set<String> granted = new HashSet<>();
        synchronized (tenant) {
            for (Members members : tenant.rollouts.values()) {
                LiveRollout rollout = members.rollout();
                String digest = rollout.bundle().digest();
                if (!rollout.admitting() || !rollout.selects(device.platform(), device.labels())) {
                    revoked.add(digest);
                    continue;
                }
                granted.add(digest);
                if (rollout.admits(AdmissionOrder.place(device.id().name(), digest), device.labels())) {
                    admitting.add(rollout);
                }
            }
        }
        revoked.removeAll(granted);
        return new Verdict(List.copyOf(admitting), Set.copyOf(revoked));
    }

    /** Counts of a rollout. */
    public Tally tally(String namespace, String rollout) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.rollouts.get(rollout);
            return members == null ? Tally.NONE : members.tally();
        }
    }

    /** The place of a rollout's {@code count}-th device in its order, null when there is none. */
    public @Nullable String place(String namespace, String rollout, int count) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.rollouts.get(rollout);
            return members == null ? null : members.place(count);
        }
    }

    /** How many of a rollout's devices are at or before a place. */
    public int upTo(String namespace, String rollout, String place) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.rollouts.get(rollout);
            return members == null ? 0 : members.upTo(place);
        }
    }

    /** How many devices a rollout would admit as it is given here and does not admit as it stands; linear. */
    public int further(LiveRollout next) {
        Tenant tenant = tenant(next.namespace());
        synchronized (tenant) {
            Members members = tenant.rollouts.get(next.name());
            Set<String> admitted = members == null ? Set.of() : Set.copyOf(members.admitted());
            return (int) tenant.devices.values().stream()
                    .filter(FleetDevice::addressable)
                    .filter(device -> !admitted.contains(device.id().name())
                            && next.selects(device.platform(), device.labels())
                            && next.admits(
                                    AdmissionOrder.place(
                                            device.id().name(), next.bundle().digest()),
                                    device.labels()))
                    .count();
        }
    }

    /** Some devices of a rollout that stand there, in admission order. */
    public List<FleetDevice> some(String namespace, String rollout, Standing standing, int limit) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            Members members = tenant.rollouts.get(rollout);
            return members == null
                    ? List.of()
                    : members.names(standing, limit).stream()
                            .map(tenant.devices::get)
                            .filter(java.util.Objects::nonNull)
                            .toList();
        }
    }

    /** Every device, tenant by tenant, each tenant as of one moment. */
    public Stream<FleetDevice> devices() {
        return tenants.values().stream().flatMap(tenant -> {
            synchronized (tenant) {
                return List.copyOf(tenant.devices.values()).stream();
            }
        });
    }

    /** How many devices of a namespace are enrolled and not retired; linear in their number. */
    public int enrolled(String namespace) {
        Tenant tenant = tenant(namespace);
        synchronized (tenant) {
            return (int) tenant.devices.values().stream()
                    .map(FleetDevice::known)
                    .filter(known -> known != null && known.enrolment() != null && !known.retired())
                    .count();
        }
    }

    private Tenant tenant(String namespace) {
        return tenants.computeIfAbsent(namespace, name -> new Tenant());
    }
}
