package io.kubemdm.protocol.message;

/** What reaches the engine through its one inbox, {@code mdm.reports}. */
public sealed interface Report extends Message
        permits AgentReport,
                SessionOpened,
                SessionClosed,
                CommandDelivered,
                DeviceEnrolled,
                CertificateRenewed,
                DeviceDeclared,
                DeviceAssigned,
                DeviceDeprovision,
                DeviceWipe,
                CommandRequested,
                CommandCancelled {}
