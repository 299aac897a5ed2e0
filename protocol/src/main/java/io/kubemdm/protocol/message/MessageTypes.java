package io.kubemdm.protocol.message;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The CloudEvents {@code type} of every message body: {@code io.kubemdm.<noun>.<past participle>.v<version>}. */
public final class MessageTypes {

    private static final Map<Class<? extends Message>, String> NAMES = Map.ofEntries(
            Map.entry(Hello.class, "io.kubemdm.session.requested.v1"),
            Map.entry(BundleRequested.class, "io.kubemdm.bundle.requested.v1"),
            Map.entry(Heartbeat.class, "io.kubemdm.heartbeat.sent.v1"),
            Map.entry(PolicyReported.class, "io.kubemdm.policy.reported.v1"),
            Map.entry(DriftCorrected.class, "io.kubemdm.drift.corrected.v1"),
            Map.entry(CommandAcknowledged.class, "io.kubemdm.command.acknowledged.v1"),
            Map.entry(ReceiptHandedIn.class, "io.kubemdm.receipt.submitted.v1"),
            Map.entry(SessionAccepted.class, "io.kubemdm.session.accepted.v1"),
            Map.entry(MessageAcknowledged.class, "io.kubemdm.message.acknowledged.v1"),
            Map.entry(MessageRefused.class, "io.kubemdm.message.refused.v1"),
            Map.entry(OrderIssued.class, "io.kubemdm.order.issued.v1"),
            Map.entry(BundleDelivered.class, "io.kubemdm.bundle.delivered.v1"),
            Map.entry(SessionDraining.class, "io.kubemdm.session.drained.v1"),
            Map.entry(SessionOpened.class, "io.kubemdm.session.opened.v1"),
            Map.entry(SessionClosed.class, "io.kubemdm.session.closed.v1"),
            Map.entry(CommandDelivered.class, "io.kubemdm.command.delivered.v1"),
            Map.entry(DeviceEnrolled.class, "io.kubemdm.device.enrolled.v1"),
            Map.entry(CertificateRenewed.class, "io.kubemdm.certificate.renewed.v1"),
            Map.entry(DeviceDeclared.class, "io.kubemdm.device.declared.v1"),
            Map.entry(DeviceAssigned.class, "io.kubemdm.device.assigned.v1"),
            Map.entry(DeviceDeprovision.class, "io.kubemdm.device.deprovision.v1"),
            Map.entry(DeviceWipe.class, "io.kubemdm.device.wipe.v1"),
            Map.entry(CommandRequested.class, "io.kubemdm.command.requested.v1"),
            Map.entry(CommandCancelled.class, "io.kubemdm.command.cancelled.v1"));

    private static final Map<String, Class<? extends Message>> BODIES =
            NAMES.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private MessageTypes() {}

    /** The type attribute for a body. */
    public static String nameOf(Message body) {
        String name = NAMES.get(body.getClass());
        if (name == null) {
            throw new IllegalStateException(body.getClass() + " has no CloudEvents type");
        }
        return name;
    }

    /** The body class for a type attribute, null when it is none of ours. */
    public static @Nullable Class<? extends Message> bodyOf(String type) {
        return BODIES.get(type);
    }
}
