package io.kubemdm.operator.automation.deprovision;

import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Candidate;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.protocol.device.DeviceId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the devices that triggers are about, from the copies this process has anyway. */
final class Affected {

    /** A namespace's owner or device. */
    private record Subject(String namespace, String value) {}

    private final Copy<Device> devices;
    private final Fleet fleet;

    Affected(Copy<Device> devices, Fleet fleet) {
        this.devices = devices;
        this.fleet = fleet;
    }

    /** The devices of many triggers by one walk over the fleet. */
    Map<DecisionKey, List<Candidate>> by(Map<DecisionKey, TriggerDecision> triggers) {
        Map<Subject, Set<DecisionKey>> owners = new HashMap<>();
        triggers.forEach((key, trigger) -> {
            if (trigger.kind() == TriggerDecision.Kind.UserDeactivated) {
                trigger.subjects().forEach(owner -> owners.computeIfAbsent(
                                new Subject(key.namespace(), owner), any -> new HashSet<>())
                        .add(key));
            }
        });
        Map<DecisionKey, List<Candidate>> found = new HashMap<>();
        if (!owners.isEmpty()) {
            devices.values()
                    .filter(device -> device.getSpec().owner() != null)
                    .sorted(Comparator.comparing(device -> device.getMetadata().getName()))
                    .forEach(device -> owners.getOrDefault(
                                    new Subject(
                                            device.getMetadata().getNamespace(),
                                            device.getSpec().owner()),
                                    Set.of())
                            .forEach(key -> add(found, key, device)));
        }
        triggers.forEach((key, trigger) -> {
            if (trigger.kind() == TriggerDecision.Kind.DeviceLost) {
                trigger.subjects().forEach(name -> {
                    Device device = devices.find(key.namespace(), name);
                    if (device != null) {
                        add(found, key, device);
                    }
                });
            }
        });
        return found;
    }

    /** Enrolled devices whose object says that they are lost. */
    Stream<Map.Entry<DeviceId, Candidate>> lost() {
        return devices.values()
                .filter(device -> device.getSpec().lifecycle() == Lifecycle.Lost)
                .flatMap(device -> {
                    Candidate candidate = candidate(device);
                    return candidate == null ? Stream.empty() : Stream.of(Map.entry(id(device), candidate));
                });
    }

    /** Whether an enrolled device has this name. */
    boolean isThere(DeviceId id) {
        Device device = devices.find(id.namespace(), id.name());
        return device != null && candidate(device) != null;
    }

    private void add(Map<DecisionKey, List<Candidate>> found, DecisionKey key, Device device) {
        Candidate candidate = candidate(device);
        if (candidate != null) {
            found.computeIfAbsent(key, any -> new java.util.ArrayList<>()).add(candidate);
        }
    }

    /** Null for a device to which no order can go. A device is a person's own if it enrolled so or its object says so. */
    private @Nullable Candidate candidate(Device device) {
        FleetDevice found = fleet.device(id(device));
        if (found == null || !found.addressable()) {
            return null;
        }
        KnownDevice known = found.known();
        KnownDevice.Enrolment enrolment = known == null ? null : known.enrolment();
        if (known == null || enrolment == null) {
            return null;
        }
        boolean personal = Ownership.of(enrolment.ownership()) != Ownership.Corporate
                || device.getSpec().ownership() != Ownership.Corporate;
        return new Candidate(device.getMetadata().getName(), known.epoch(), personal);
    }

    private static DeviceId id(Device device) {
        return new DeviceId(
                device.getMetadata().getNamespace(), device.getMetadata().getName());
    }
}
