package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.ControlPlane;
import io.kubemdm.testbed.region.RegionState.PartState;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region on the cluster that {@code KUBECONFIG} names, in the chart's profile {@code small}. */
class BorrowedClusterTest {

    @TempDir
    static Path dir;

    @Test
    void servicesRunOnTheClusterOfKubeconfigWithOneGatewayForAllRoles() {
        Region region = new Region(Checkout.ofWorkingDirectory(), new RegionFolder(dir.resolve("region")));
        try (ControlPlane theirs = ControlPlane.start(dir.resolve("theirs"))) {
            Map<String, String> environment = new TreeMap<>(System.getenv());
            environment.put("KUBECONFIG", theirs.kubeconfig().toString());
            environment.put("KUBEMDM_PROFILE", "small");

            region.up(1, environment, System.out);

            RegionState state = region.state().orElseThrow();
            assertThat(state.phase()).isEqualTo(Phase.READY);
            assertThat(state.parts())
                    .extracting(PartState::name)
                    .contains("kubemdm-operator-0", "kubemdm-engine-0", "kubemdm-gateway-0", "agent-default-1")
                    .doesNotContain("etcd", "kube-apiserver", "kubemdm-enroll-0", "kubemdm-bridge-0");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(theirs.kubectl()
                            .run(
                                    "get",
                                    "devices.kubemdm.io",
                                    "-n",
                                    "default",
                                    "-o",
                                    "jsonpath={.items[*].status.connection.state}"))
                    .isEqualTo("Online"));
        } finally {
            region.discard();
        }
    }
}
