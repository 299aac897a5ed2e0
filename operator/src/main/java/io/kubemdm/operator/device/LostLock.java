package io.kubemdm.operator.device;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.ownrequest.OwnRequests;
import io.kubemdm.protocol.device.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request that locks a lost device: one per enrolment, under a name that follows from both, so that no restart and no
 * second look asks twice.
 */
public final class LostLock {

    private static final Logger LOG = LoggerFactory.getLogger(LostLock.class);

    private final OwnRequests requests;

    public LostLock(OwnRequests requests) {
        this.requests = requests;
    }

    /** Whether the lock of this enrolment was asked for. */
    boolean isAsked(DeviceId device, long epoch) {
        return requests.isKnown(device.namespace(), name(device, epoch));
    }

    /**
     * Asks for the lock, for as long as it takes.
     *
     * @throws KubernetesClientException when the API server refuses or cannot be reached; that it is there is no error
     */
    void ask(DeviceId device, long epoch) {
        boolean fresh = requests.create(new OwnRequests.Ask(
                device,
                name(device, epoch),
                WipeType.Lock,
                WipeReason.Lost,
                "spec.lifecycle of the Device is Lost",
                null,
                OnExpiry.KeepTrying));
        if (fresh) {
            LOG.info("lost device to be locked device={} epoch={}", device, epoch);
        }
    }

    private static String name(DeviceId device, long epoch) {
        return "lost-" + device.name() + "-" + epoch;
    }
}
