package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.device.DeviceId;

/** What the issuance ledger knows of the fleet. Safe for several threads, never blocks. */
public interface Fleet {

    /** The device's latest enrolment, 0 when it never enrolled. */
    long epoch(DeviceId device);

    /** Devices of a namespace that ever enrolled. */
    int devices(String namespace);
}
