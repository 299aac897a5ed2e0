package io.kubemdm.operator.device;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.device.DeviceId;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request that locks a lost device: one per enrolment, under a name that follows from both, so that no restart and no
 * second look asks twice. It is an ordinary WipeRequest with everything that guards one.
 */
public final class LostLock {

    /** Whether a WipeRequest of this name is there, or was and is on record. */
    @FunctionalInterface
    public interface Known {
        boolean isKnown(String namespace, String name);
    }

    private static final Logger LOG = LoggerFactory.getLogger(LostLock.class);

    private final KubernetesClient client;
    private final Known known;
    private volatile @Nullable String self;

    public LostLock(KubernetesClient client, Known known) {
        this.client = client;
        this.known = known;
    }

    /** Whether the lock of this enrolment was asked for. */
    boolean isAsked(DeviceId device, long epoch) {
        return known.isKnown(device.namespace(), name(device, epoch));
    }

    /**
     * Asks for the lock, for as long as it takes.
     *
     * @throws KubernetesClientException when the API server refuses or cannot be reached; that it is there is no error
     */
    void ask(DeviceId device, long epoch) {
        WipeRequest lock = new WipeRequest();
        lock.setMetadata(new ObjectMetaBuilder()
                .withNamespace(device.namespace())
                .withName(name(device, epoch))
                .build());
        lock.setSpec(WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef(device.name()))
                .requestedBy(self())
                .type(WipeType.Lock)
                .reason(WipeReason.Lost)
                .justification("spec.lifecycle of the Device is Lost")
                .onExpiry(OnExpiry.KeepTrying)
                .build());
        try {
            client.resource(lock).create();
            LOG.info("lost device to be locked device={} epoch={}", device, epoch);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private static String name(DeviceId device, long epoch) {
        return "lost-" + device.name() + "-" + epoch;
    }

    /** Who we are for the API server: where it does not write down who asks, it refuses everybody else's name. */
    private String self() {
        String name = self;
        if (name == null) {
            name = client.resource(new SelfSubjectReview())
                    .create()
                    .getStatus()
                    .getUserInfo()
                    .getUsername();
            self = name;
        }
        return name;
    }
}
