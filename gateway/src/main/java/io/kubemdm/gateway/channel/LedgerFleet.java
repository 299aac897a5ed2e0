package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Fleet;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.kubemdm.protocol.device.DeviceId;

/** The ledger, as the downlink asks it. */
record LedgerFleet(CertificateLedger ledger) implements Fleet {

    @Override
    public long epoch(DeviceId device) {
        return ledger.highestEpoch(device);
    }

    @Override
    public int devices(String namespace) {
        return ledger.devices(namespace);
    }
}
