package io.kubemdm.testbed.controlplane;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;

/** What a kubelet asks of the API server for a pod's identity. */
public final class ServiceAccounts {

    private ServiceAccounts() {}

    /**
     * A token of a ServiceAccount.
     *
     * @param life for which it is asked; the API server may grant less
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when there is no such ServiceAccount
     */
    public static String token(KubernetesClient client, String namespace, String name, Duration life) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(life.toSeconds())
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }
}
