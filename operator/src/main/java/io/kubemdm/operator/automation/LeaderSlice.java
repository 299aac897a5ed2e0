package io.kubemdm.operator.automation;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads the Service {@code kubemdm-automation}, which selects nobody, to the leader: a standby could answer nothing. The next
 * leader overwrites what the last one wrote.
 */
public final class LeaderSlice implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderSlice.class);
    private static final String NAME = "kubemdm-automation";
    private static final long AGAIN_SECONDS = 10;

    private final KubernetesClient client;
    private final EndpointSlice slice;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leader-slice").daemon().factory());

    private LeaderSlice(KubernetesClient client, String namespace, String address, int port) {
        this.client = client;
        this.slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .addToLabels("kubernetes.io/service-name", NAME)
                .addToLabels("endpointslice.kubernetes.io/managed-by", "kubemdm-operator")
                .endMetadata()
                .withAddressType(address.contains(":") ? "IPv6" : "IPv4")
                .addNewEndpoint()
                .withAddresses(address)
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .endEndpoint()
                .addNewPort()
                .withName("automation")
                .withPort(port)
                .withProtocol("TCP")
                .endPort()
                .build();
    }

    /** Says in the background, again and again, that this is the leader. */
    public static LeaderSlice keep(KubernetesClient client, String namespace, String address, int port) {
        LeaderSlice kept = new LeaderSlice(client, namespace, address, port);
        var unused = kept.executor.scheduleWithFixedDelay(kept::write, 0, AGAIN_SECONDS, TimeUnit.SECONDS);
        return kept;
    }

    private void write() {
        try {
            client.resource(slice)
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager("kubemdm-operator")
                            .withForce(true)
                            .build());
        } catch (KubernetesClientException e) {
            LOG.warn("the Service {} may not lead here, tried again error={}", NAME, e.getMessage());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
