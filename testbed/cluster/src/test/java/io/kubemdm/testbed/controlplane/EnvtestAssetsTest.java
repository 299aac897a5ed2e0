package io.kubemdm.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code setup-envtest} installs is enough: etcd, API server and kubectl, no controller manager. */
class EnvtestAssetsTest {

    @TempDir
    static Path dir;

    @Test
    void anApiServerStartsFromThem() throws IOException {
        Path assets = assets("whole", "etcd", "kube-apiserver", "kubectl");
        try (ControlPlane plane =
                ControlPlane.start(dir.resolve("plane"), Map.of(KubernetesBinaries.ASSETS, assets.toString()))) {
            assertThat(plane.kubectl().run("get", "--raw", "/readyz")).isEqualTo("ok");
            assertThat(plane.kubectl().program()).isEqualTo(assets.resolve("kubectl"));
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Path assets = assets("broken", "etcd", "kubectl");
        assertThatThrownBy(() -> KubernetesBinaries.provide(
                        Checkout.ofWorkingDirectory(),
                        Map.of(KubernetesBinaries.ASSETS, assets.toString()),
                        sentence -> {}))
                .hasMessageContaining("has no executable kube-apiserver")
                .hasMessageContaining("unset " + KubernetesBinaries.ASSETS);
    }

    private static Path assets(String name, String... programs) throws IOException {
        KubernetesBinaries built =
                KubernetesBinaries.provide(Checkout.ofWorkingDirectory(), System.getenv(), sentence -> {});
        Path assets = Files.createDirectories(dir.resolve(name));
        for (String program : programs) {
            Files.createSymbolicLink(assets.resolve(program), built.folder().resolve(program));
        }
        return assets;
    }
}
