package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.kubemdm.operator.automation.LeaderSlice;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where the Service {@code kubemdm-automation} leads, against the real API server. */
@ExtendWith(StageExtension.class)
class LeaderSliceTest {

    @Test
    void theServiceLeadsToTheLeaderAndThenToTheNextOne(Stage stage) {
        String namespace = stage.tenant("slice");
        LeaderSlice first = LeaderSlice.keep(stage.client(), namespace, "10.1.2.3", 12443);
        awaitAddress(stage, namespace, "10.1.2.3", 12443);
        first.close();
        LeaderSlice next = LeaderSlice.keep(stage.client(), namespace, "10.1.2.4", 12444);
        awaitAddress(stage, namespace, "10.1.2.4", 12444);
        next.close();

        EndpointSlice slice = slices(stage, namespace).getFirst();
        assertThat(slice.getMetadata().getLabels())
                .containsEntry("kubernetes.io/service-name", "kubemdm-automation")
                .containsEntry("endpointslice.kubernetes.io/managed-by", "kubemdm-operator");
        assertThat(slice.getAddressType()).isEqualTo("IPv4");
    }

    private static void awaitAddress(Stage stage, String namespace, String address, int port) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(slices(stage, namespace))
                .singleElement()
                .satisfies(slice -> {
                    assertThat(slice.getEndpoints()).singleElement().satisfies(endpoint -> {
                        assertThat(endpoint.getAddresses()).containsExactly(address);
                        assertThat(endpoint.getConditions().getReady()).isTrue();
                    });
                    assertThat(slice.getPorts()).singleElement().satisfies(each -> {
                        assertThat(each.getPort()).isEqualTo(port);
                        assertThat(each.getProtocol()).isEqualTo("TCP");
                    });
                }));
    }

    private static List<EndpointSlice> slices(Stage stage, String namespace) {
        return stage.client()
                .resources(EndpointSlice.class)
                .inNamespace(namespace)
                .list()
                .getItems();
    }
}
