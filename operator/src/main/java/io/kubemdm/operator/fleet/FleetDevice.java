package io.kubemdm.operator.fleet;

import io.kubemdm.crds.Ownership;
import io.kubemdm.protocol.device.DeviceId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device as the fleet sees it: its object and its state, either of which may be missing.
 *
 * @param managed whether it has an object that is not Retired
 * @param platform of its object, empty without one
 * @param personal whether its object says that a person owns it
 * @param labels of its object
 * @param known its state, null while the engine has not spoken of it
 */
public record FleetDevice(
        DeviceId id,
        boolean managed,
        String platform,
        boolean personal,
        Map<String, String> labels,
        @Nullable KnownDevice known) {

    public FleetDevice {
        labels = Map.copyOf(labels);
    }

    static FleetDevice empty(DeviceId id) {
        return new FleetDevice(id, false, "", false, Map.of(), null);
    }

    FleetDevice withKnown(@Nullable KnownDevice next) {
        return new FleetDevice(id, managed, platform, personal, labels, next);
    }

    FleetDevice withObject(boolean nowManaged, String nowPlatform, boolean nowPersonal, Map<String, String> nowLabels) {
        return new FleetDevice(id, nowManaged, nowPlatform, nowPersonal, nowLabels, known);
    }

    /** Whether orders can reach it: it has an object, is enrolled and not retired. */
    public boolean addressable() {
        return managed && known != null && known.enrolment() != null && !known.retired();
    }

    /** Whether a person owns it, as its object or its enrolment says. */
    public boolean ownedPersonally() {
        return personal
                || (known != null
                        && known.enrolment() != null
                        && Ownership.Personal.name().equals(known.enrolment().ownership()));
    }

    boolean gone() {
        return !managed && known == null;
    }
}
