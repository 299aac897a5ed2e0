package io.kubemdm.operator.fleet;

import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.protocol.device.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What of a Device object the {@link Fleet} takes. */
public final class DeviceObjects {

    private DeviceObjects() {}

    /** The device an object is of. */
    public static DeviceId id(Device object) {
        return new DeviceId(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    /** Tells the fleet of an object. @return names of the rollouts whose counts that changes */
    public static List<String> declare(Fleet fleet, Device object) {
        return fleet.declare(
                id(object),
                object.getSpec().lifecycle() != Lifecycle.Retired,
                object.getSpec().platform().name(),
                object.getSpec().ownership() == Ownership.Personal,
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of()));
    }
}
