package io.kubemdm.cli.device;

import io.kubemdm.crds.device.ConnectionState;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.crds.device.DeviceStatus.AppliedPolicy;
import io.kubemdm.crds.device.PolicyState;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One device as a person wants to see it.
 *
 * @param connected {@code Online}, {@code Stale}, {@code Offline}, or {@code -} before the first connection
 * @param since when that began, or {@code -}
 * @param failingRules rules the device breaks
 * @param wipe type and phase of the latest wipe request, or {@code -}
 */
record DeviceRow(
        String namespace,
        String name,
        String phase,
        String connected,
        String since,
        String agentVersion,
        List<Policy> policies,
        List<String> failingRules,
        String wipe) {

    private static final String NONE = "-";

    /** A policy line on the device. */
    record Policy(String policy, String version, String state) {}

    /** A row per device, in order of namespace and name. */
    static List<DeviceRow> of(List<Device> devices, List<WipeRequest> wipes) {
        Map<String, WipeRequest> latest = new HashMap<>();
        wipes.stream()
                .sorted(Comparator.comparing(w -> w.getMetadata().getCreationTimestamp()))
                .forEach(w -> latest.put(
                        w.getMetadata().getNamespace() + "/"
                                + w.getSpec().deviceRef().name(),
                        w));
        return devices.stream()
                .map(d -> row(
                        d,
                        latest.get(d.getMetadata().getNamespace() + "/"
                                + d.getMetadata().getName())))
                .sorted(Comparator.comparing(DeviceRow::namespace).thenComparing(DeviceRow::name))
                .toList();
    }

    private static DeviceRow row(Device device, @Nullable WipeRequest wipe) {
        DeviceStatus status = device.getStatus();
        return new DeviceRow(
                device.getMetadata().getNamespace(),
                device.getMetadata().getName(),
                status == null ? NONE : text(status.phase()),
                status == null || status.connection() == null
                        ? NONE
                        : text(status.connection().state()),
                status == null || status.connection() == null
                        ? NONE
                        : text(status.connection().since()),
                status == null ? NONE : text(status.agentVersion()),
                status == null
                        ? List.of()
                        : status.policies().stream().map(DeviceRow::policy).toList(),
                status == null || status.compliance() == null
                        ? List.of()
                        : status.compliance().failingRules(),
                wipe == null
                        ? NONE
                        : wipe.getSpec().type() + " "
                                + (wipe.getStatus() == null
                                        ? "Pending"
                                        : text(wipe.getStatus().phase())));
    }

    private static Policy policy(AppliedPolicy applied) {
        return new Policy(
                applied.policy(),
                applied.version() == null ? "?" : applied.version(),
                applied.state().name());
    }

    private static String text(@Nullable Enum<?> value) {
        return value == null ? NONE : value.name();
    }

    private static String text(@Nullable String value) {
        return value == null ? NONE : value;
    }

    /** Whether it was heard before and is not heard now. */
    boolean stale() {
        return connected.equals(ConnectionState.Stale.name()) || connected.equals(ConnectionState.Offline.name());
    }

    /** {@code line@version}, with the state only where it is not Applied. */
    String policiesText() {
        return policies.isEmpty()
                ? NONE
                : policies.stream()
                        .map(p -> p.policy() + "@" + p.version()
                                + (p.state().equals(PolicyState.Applied.name()) ? "" : " " + p.state()))
                        .collect(Collectors.joining(", "));
    }
}
