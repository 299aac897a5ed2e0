package io.kubemdm.operator.ownrequest;

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

/**
 * Creates WipeRequests as the operator: ordinary ones with everything that guards one. A name that is taken is no error, so
 * that no restart and no second look asks twice.
 */
public final class OwnRequests {

    /** Whether a WipeRequest of this name is there, or was and is on record. */
    @FunctionalInterface
    public interface Known {
        boolean isKnown(String namespace, String name);
    }

    /**
     * What to ask for.
     *
     * @param ticket reference to the cause, null without one
     */
    public record Ask(
            DeviceId device,
            String name,
            WipeType type,
            WipeReason reason,
            String justification,
            @Nullable String ticket,
            OnExpiry onExpiry) {}

    private final KubernetesClient client;
    private final Known known;
    private volatile @Nullable String self;

    public OwnRequests(KubernetesClient client, Known known) {
        this.client = client;
        this.known = known;
    }

    /** Whether a request of this name was created at some time. */
    public boolean isKnown(String namespace, String name) {
        return known.isKnown(namespace, name);
    }

    /**
     * Creates the request.
     *
     * @return whether it is new
     * @throws KubernetesClientException when the API server refuses or cannot be reached; that it is there is no error
     */
    public boolean create(Ask ask) {
        WipeRequest request = new WipeRequest();
        request.setMetadata(new ObjectMetaBuilder()
                .withNamespace(ask.device().namespace())
                .withName(ask.name())
                .build());
        request.setSpec(WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef(ask.device().name()))
                .requestedBy(self())
                .type(ask.type())
                .reason(ask.reason())
                .justification(ask.justification())
                .ticket(ask.ticket())
                .onExpiry(ask.onExpiry())
                .build());
        try {
            client.resource(request).create();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return false;
        }
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
