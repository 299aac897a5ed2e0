package io.kubemdm.operator.compliance;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.operator.dispatch.DecisionKey;
import java.net.HttpURLConnection;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes a notification as an Event of its Device, for {@code kubectl describe}. Written twice it is the same one. */
final class DeviceEvents {

    /** As the API server takes a time with microseconds. */
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private final KubernetesClient client;
    private final String replica;

    DeviceEvents(KubernetesClient client, String replica) {
        this.client = client;
        this.replica = replica;
    }

    /**
     * Writes it.
     *
     * @throws KubernetesClientException when the API server refuses or cannot be reached; that it is there is no error
     */
    void write(DecisionKey key, NoticeDecision notice) {
        Event event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(notice.at().atOffset(ZoneOffset.UTC))))
                .withType("Warning")
                .withReason("NonCompliant")
                .withAction("Notify")
                .withNote(notice.note())
                .withReportingController("kubemdm.io/operator")
                .withReportingInstance(replica)
                .withNewRegarding()
                .withApiVersion("kubemdm.io/v1alpha1")
                .withKind("Device")
                .withNamespace(key.namespace())
                .withName(notice.device())
                .withUid(notice.uid().isEmpty() ? null : notice.uid())
                .endRegarding()
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}
