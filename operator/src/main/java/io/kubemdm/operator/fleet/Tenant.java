package io.kubemdm.operator.fleet;

import io.kubemdm.operator.fleet.Fleet.Verdict;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The devices and live rollouts of one namespace. Its own monitor guards it. */
final class Tenant implements Surroundings {

    private final Clock clock;
    private final Turnstile turnstile;
    private final Map<String, FleetDevice> devices = new HashMap<>();
    private final Map<String, Members> rollouts = new HashMap<>();

    /** By {@link Members#BY_RANK}, so that who outranks is up to date first. */
    private List<Members> ranked = List.of();

    Tenant(Clock clock, Turnstile turnstile) {
        this.clock = clock;
        this.turnstile = turnstile;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public @Nullable FleetDevice device(String name) {
        return devices.get(name);
    }

    @Override
    public Turnstile turnstile() {
        return turnstile;
    }

    @Override
    public boolean outranked(Members members, String device) {
        String policy = members.rollout().bundle().policy();
        for (Members other : ranked) {
            if (other == members) {
                return false;
            }
            if (other.rollout().bundle().policy().equals(policy) && other.grants(device)) {
                return true;
            }
        }
        return false;
    }

    Collection<FleetDevice> devices() {
        return devices.values();
    }

    @Nullable Members members(String rollout) {
        return rollouts.get(rollout);
    }

    List<String> change(DeviceId id, UnaryOperator<FleetDevice> change) {
        FleetDevice now = change.apply(devices.getOrDefault(id.name(), FleetDevice.empty(id)));
        if (now.gone()) {
            devices.remove(id.name());
        } else {
            devices.put(id.name(), now);
        }
        List<String> touched = new ArrayList<>();
        for (Members members : ranked) {
            if (members.put(now)) {
                touched.add(members.rollout().name());
            }
        }
        return touched;
    }

    List<String> put(LiveRollout rollout) {
        Members members = rollouts.get(rollout.name());
        if (members != null && members.rollout().equals(rollout)) {
            return List.of();
        }
        List<String> changed;
        if (members != null && sameOrder(members.rollout(), rollout)) {
            changed = members.replace(rollout);
        } else {
            if (members != null) {
                turnstile.forget(members.rollout());
            }
            Members fresh = new Members(rollout, this);
            rollouts.put(rollout.name(), fresh);
            rank();
            devices.values().forEach(fresh::put);
            Set<String> either = new LinkedHashSet<>(fresh.admitted());
            if (members != null) {
                either.addAll(members.admitted());
            }
            changed = List.copyOf(either);
        }
        reviewOthers(rollout, changed);
        return changed;
    }

    private static boolean sameOrder(LiveRollout one, LiveRollout other) {
        return one.bundle().equals(other.bundle())
                && one.retire() == other.retire()
                && one.platforms().equals(other.platforms())
                && one.selector().equals(other.selector())
                && Objects.equals(one.exclude(), other.exclude());
    }

    List<String> recheck(String rollout) {
        Members members = rollouts.get(rollout);
        if (members == null) {
            return List.of();
        }
        List<String> changed = members.askAgain();
        reviewOthers(members.rollout(), changed);
        return changed;
    }

    List<String> remove(String rollout) {
        Members members = rollouts.remove(rollout);
        if (members == null) {
            return List.of();
        }
        turnstile.forget(members.rollout());
        rank();
        List<String> names = members.names();
        reviewOthers(members.rollout(), names);
        return names;
    }

    private void rank() {
        ranked = rollouts.values().stream().sorted(Members.BY_RANK).toList();
    }

    /** What one rollout grants has changed: the others of its line look at those devices again. */
    private void reviewOthers(LiveRollout changed, List<String> names) {
        for (Members other : ranked) {
            if (!other.rollout().name().equals(changed.name())
                    && other.rollout().bundle().policy().equals(changed.bundle().policy())) {
                names.stream().map(devices::get).filter(Objects::nonNull).forEach(other::put);
            }
        }
    }

    Verdict verdict(FleetDevice device) {
        List<LiveRollout> admitting = new ArrayList<>();
        Set<String> revoked = new HashSet<>();
        Set<String> restored = new HashSet<>();
        for (Members members : ranked) {
            LiveRollout rollout = members.rollout();
            if (!rollout.admitting() || !rollout.selects(device.platform(), device.labels()) || members.bars(device)) {
                (rollout.retire() ? restored : revoked).add(rollout.bundle().digest());
            } else if (members.grants(device.id().name())) {
                admitting.add(rollout);
            }
        }
        for (Members members : ranked) {
            LiveRollout rollout = members.rollout();
            if (rollout.admitting() && rollout.selects(device.platform(), device.labels()) && !members.bars(device)) {
                (rollout.retire() ? restored : revoked).remove(rollout.bundle().digest());
            }
        }
        return new Verdict(List.copyOf(admitting), Set.copyOf(revoked), Set.copyOf(restored));
    }

    /** The name of another rollout that brings other content under the same version, null when there is none. */
    @Nullable String conflict(LiveRollout rollout) {
        PolicyRef ref = rollout.bundle();
        for (Members other : ranked) {
            LiveRollout live = other.rollout();
            PolicyRef its = live.bundle();
            boolean begun = live.threshold() != null || !live.named().isEmpty();
            if (begun
                    && live.admitting()
                    && its.policy().equals(ref.policy())
                    && its.version().equals(ref.version())
                    && !its.digest().equals(ref.digest())) {
                return live.name();
            }
        }
        return null;
    }

    /** How many devices it would admit as given here and does not admit as it stands; linear. */
    int further(LiveRollout next) {
        Members members = rollouts.get(next.name());
        Set<String> admitted = members == null ? Set.of() : Set.copyOf(members.admitted());
        return (int) devices.values().stream()
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
