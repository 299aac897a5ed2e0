package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.device.DeviceId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device as the fleet sees it: its object and its state, either of which may be missing.
 *
 * @param managed whether it has an object that is not Retired
 * @param platform of its object, empty without one
 * @param labels of its object
 * @param known its state, null while the engine has not spoken of it
 */
public record FleetDevice(
        DeviceId id,
        boolean managed,
        String platform,
        Map<String, String> labels,
        @Nullable KnownDevice known) {

    public FleetDevice {
        labels = Map.copyOf(labels);
    }

    static FleetDevice empty(DeviceId id) {
        return new FleetDevice(id, false, "", Map.of(), null);
    }

    FleetDevice withKnown(@Nullable KnownDevice next) {
        return new FleetDevice(id, managed, platform, labels, next);
    }

    FleetDevice withObject(boolean nowManaged, String nowPlatform, Map<String, String> nowLabels) {
        return new FleetDevice(id, nowManaged, nowPlatform, nowLabels, known);
    }

    /** Whether orders can reach it: it has an object, is enrolled and not retired. */
    public boolean addressable() {
        return managed && known != null && known.enrolment() != null && !known.retired();
    }

    boolean gone() {
        return !managed && known == null;
    }
}
