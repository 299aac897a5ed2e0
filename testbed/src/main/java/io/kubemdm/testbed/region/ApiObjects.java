package io.kubemdm.testbed.region;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.testbed.pod.ClusterObjects;
import java.util.Optional;

/** A pod's ConfigMaps and Secrets, live from the API server. */
record ApiObjects(KubernetesClient client) implements ClusterObjects {

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return Optional.ofNullable(
                client.configMaps().inNamespace(namespace).withName(name).get());
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(name).get());
    }

    @Override
    public boolean automountsToken(String namespace, String serviceAccount) {
        return Optional.ofNullable(client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName(serviceAccount)
                        .get())
                .map(account -> !Boolean.FALSE.equals(account.getAutomountServiceAccountToken()))
                .orElse(true);
    }
}
