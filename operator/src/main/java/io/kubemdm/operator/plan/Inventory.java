package io.kubemdm.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.https.Refused;
import java.util.List;

/** The objects of a namespace. */
record Inventory(List<Device> devices, List<PolicyBundle> bundles, List<Rollout> rollouts) {

    /** From the API server's own cache: what was last known is what is asked for. */
    private static final ListOptions CACHED =
            new ListOptionsBuilder().withResourceVersion("0").build();

    /**
     * Reads it.
     *
     * @throws Refused 503 when the API server does not answer
     */
    static Inventory of(KubernetesClient client, String namespace) {
        return new Inventory(
                list(client, namespace, Device.class),
                list(client, namespace, PolicyBundle.class),
                list(client, namespace, Rollout.class));
    }

    private static <T extends HasMetadata> List<T> list(KubernetesClient client, String namespace, Class<T> kind) {
        try {
            return client.resources(kind).inNamespace(namespace).list(CACHED).getItems();
        } catch (KubernetesClientException e) {
            throw new Refused(503, "the API server does not list " + kind.getSimpleName() + " objects: try again", e);
        }
    }
}
