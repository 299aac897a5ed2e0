package io.kubemdm.testbed.fleet;

import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** How many Device objects there are. */
public final class DeviceCount {

    private DeviceCount() {}

    /** Counted by the API server: cheap however many, and no part of what is measured. */
    public static long in(String namespace, KubernetesClient client) {
        GenericKubernetesResourceList first = client.genericKubernetesResources("kubemdm.io/v1alpha1", "Device")
                .inNamespace(namespace)
                .list(new ListOptionsBuilder().withLimit(1L).build());
        Long rest = first.getMetadata().getRemainingItemCount();
        return first.getItems().size() + (rest == null ? 0 : rest);
    }
}
