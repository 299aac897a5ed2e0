package io.kubemdm.operator.device;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.Platform;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.DeviceSpecBuilder;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.protocol.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The object of a device that has none: as it was last declared, else as it enrolled. */
final class DeviceSeed {

    private DeviceSeed() {}

    /** The object to create, null when the device is to have none: never enrolled, retired, or wiped. */
    static @Nullable Device of(KnownDevice known) {
        KnownDevice.Enrolment enrolment = known.enrolment();
        if (enrolment == null || known.retired()) {
            return null;
        }
        KnownDevice.Declaration declaration = known.declaration();
        DeviceSpec spec =
                declaration == null ? enrolled(enrolment) : Json.convert(declaration.specTree(), DeviceSpec.class);
        if (spec.lifecycle() == Lifecycle.Retired) {
            return null;
        }
        Map<String, String> labels = declaration == null ? enrolment.labels() : declaration.labels();
        Device device = new Device();
        device.setMetadata(new ObjectMetaBuilder()
                .withNamespace(known.device().namespace())
                .withName(known.device().name())
                .withLabels(labels)
                .build());
        device.setSpec(spec);
        return device;
    }

    private static DeviceSpec enrolled(KnownDevice.Enrolment enrolment) {
        boolean described = enrolment.serialNumber() != null || enrolment.model() != null || enrolment.vendor() != null;
        return DeviceSpecBuilder.builder()
                .platform(Platform.of(enrolment.platform()))
                .ownership(Ownership.of(enrolment.ownership()))
                .lifecycle(Lifecycle.Active)
                .hardware(
                        described
                                ? new DeviceSpec.Hardware(
                                        cut(enrolment.serialNumber(), 64),
                                        cut(enrolment.model(), 128),
                                        cut(enrolment.vendor(), 128))
                                : null)
                .build();
    }

    private static @Nullable String cut(@Nullable String text, int max) {
        return text == null || text.length() <= max ? text : text.substring(0, max);
    }
}
