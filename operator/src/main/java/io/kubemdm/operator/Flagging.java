package io.kubemdm.operator;

import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.flag.Flags;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.gate.FlagsAndWindows;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which feature flags rollouts have, and who is rung when one says something else. */
final class Flagging implements AutoCloseable {

    private final Flags flags;
    private final FlagsAndWindows gates;

    /** @param ordered bundles of a device's last order, empty without one */
    Flagging(Flags flags, Function<DeviceId, List<PolicyRef>> ordered, Clock clock) {
        this.flags = flags;
        this.gates = new FlagsAndWindows(flags, ordered, clock);
    }

    FlagsAndWindows gates() {
        return gates;
    }

    /** Only flags that a rollout has are read. */
    void want(Copy<Rollout> rollouts) {
        flags.wanted(rollouts.values()
                .map(rollout -> rollout.getSpec().featureFlag())
                .filter(Objects::nonNull)
                .map(RolloutSpec.FeatureFlag::key)
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** Both bells hear namespace and name. */
    void listen(
            Copy<Rollout> rollouts,
            Fleet fleet,
            BiConsumer<String, String> deviceBell,
            BiConsumer<String, String> rolloutBell) {
        flags.onChange(keys -> rollouts.values()
                .filter(rollout -> has(rollout.getSpec(), keys))
                .forEach(rollout -> {
                    String namespace = rollout.getMetadata().getNamespace();
                    String name = rollout.getMetadata().getName();
                    fleet.recheck(namespace, name).forEach(device -> deviceBell.accept(namespace, device));
                    rolloutBell.accept(namespace, name);
                }));
    }

    private static boolean has(RolloutSpec spec, Set<String> keys) {
        return spec.featureFlag() != null && keys.contains(spec.featureFlag().key());
    }

    /** A device is gone. */
    void forget(DeviceId device) {
        flags.forget(device);
    }

    @Override
    public void close() {
        flags.close();
    }
}
