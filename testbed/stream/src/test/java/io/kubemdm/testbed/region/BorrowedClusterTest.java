package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.region.RegionState.PartState;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A region on the cluster that {@code KUBECONFIG} names, in the chart's profile {@code small}. */
class BorrowedClusterTest {

    @Test
    void servicesRunOnTheClusterOfKubeconfigWithOneGatewayForAllRoles() {
        RegionState state = BorrowedRegion.get().state().orElseThrow();

        assertThat(state.phase()).isEqualTo(Phase.READY);
        assertThat(state.parts())
                .extracting(PartState::name)
                .contains("kubemdm-operator-0", "kubemdm-engine-0", "kubemdm-gateway-0", "agent-default-1")
                .doesNotContain("etcd", "kube-apiserver", "kubemdm-enroll-0", "kubemdm-bridge-0");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(BorrowedRegion.theirs()
                        .kubectl()
                        .run(
                                "get",
                                "devices.kubemdm.io",
                                "-n",
                                "default",
                                "-o",
                                "jsonpath={.items[*].status.connection.state}"))
                .isEqualTo("Online"));
    }
}
