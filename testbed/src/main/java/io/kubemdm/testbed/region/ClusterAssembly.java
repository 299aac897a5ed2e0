package io.kubemdm.testbed.region;

import io.fabric8.kubernetes.client.Config;
import io.kubemdm.testbed.controlplane.ApiServerProbe;
import io.kubemdm.testbed.controlplane.ControlPlaneLayout;
import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.controlplane.KubernetesBinaries;
import io.kubemdm.testbed.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The Kubernetes API of a region: the person's running cluster when {@code KUBECONFIG} names one, else our own. */
final class ClusterAssembly {

    private static final String KUBECONFIG = "KUBECONFIG";

    private final Site site;

    ClusterAssembly(Site site) {
        this.site = site;
    }

    /** Completes when the API answers; its kubeconfig is then at the region's usual place. */
    CompletableFuture<Cluster> build() {
        Optional<Path> theirs = runningCluster();
        return theirs.isPresent() ? join(theirs.get()) : own();
    }

    /** The shell of somebody who has {@code make env} in it names our own cluster, which may be what is to be built. */
    private Optional<Path> runningCluster() {
        String named = site.environment().get(KUBECONFIG);
        if (named == null || named.isBlank()) {
            return Optional.empty();
        }
        Path path = Path.of(named).toAbsolutePath().normalize();
        return path.startsWith(site.folder().path()) ? Optional.empty() : Optional.of(path);
    }

    private CompletableFuture<Cluster> join(Path kubeconfig) {
        return site.step("cluster of " + KUBECONFIG, progress -> {
            try {
                Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
                Path certificate = site.folder().path().resolve("cluster-ca.crt");
                Files.write(certificate, Base64.getDecoder().decode(config.getCaCertData()));
                Files.copy(kubeconfig, site.folder().kubeconfig(), StandardCopyOption.REPLACE_EXISTING);
                KubernetesBinaries binaries = KubernetesBinaries.provide(site.checkout(), site.environment(), progress);
                Kubectl kubectl = new Kubectl(binaries.kubectl(), site.folder().kubeconfig());
                kubectl.run("get", "--raw", "/readyz");
                return new Cluster(config.getMasterUrl(), certificate, kubectl, false);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot use " + KUBECONFIG + "=" + kubeconfig, e);
            }
        });
    }

    private CompletableFuture<Cluster> own() {
        return site.step(
                        "kubernetes binaries",
                        progress -> ControlPlaneLayout.in(
                                site.folder().kubernetes(),
                                KubernetesBinaries.provide(site.checkout(), site.environment(), progress),
                                true))
                .thenComposeAsync(this::start, site.executor());
    }

    private CompletableFuture<Cluster> start(ControlPlaneLayout layout) {
        int etcdPort = layout.ports().get(0);
        int peerPort = layout.ports().get(1);
        int apiPort = layout.ports().get(2);
        PartProbe listening = PartProbe.of(() -> !Ports.isFree(etcdPort), () -> !Ports.isFree(etcdPort));
        site.part(layout.etcd(), List.of(etcdPort, peerPort), listening).watch();
        ApiServerProbe probe = new ApiServerProbe(layout.server(), layout.certificate());
        return site.part(layout.apiServer(), List.of(apiPort), PartProbe.of(probe, probe))
                .watch()
                .ready()
                .thenApplyAsync(
                        ready -> {
                            layout.writeKubeconfig();
                            link(layout.kubeconfig());
                            layout.controllerManager()
                                    .ifPresent(spec -> site.part(spec, List.of(), PartProbe.of(() -> true, () -> true))
                                            .watch());
                            return new Cluster(
                                    layout.server(),
                                    layout.certificate(),
                                    new Kubectl(layout.binaries().kubectl(), layout.kubeconfig()),
                                    true);
                        },
                        site.executor());
    }

    private void link(Path kubeconfig) {
        try {
            Files.copy(kubeconfig, site.folder().kubeconfig(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + site.folder().kubeconfig(), e);
        }
    }
}
