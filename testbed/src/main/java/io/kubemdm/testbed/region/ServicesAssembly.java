package io.kubemdm.testbed.region;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.testbed.broker.BrokerLayout;
import io.kubemdm.testbed.chart.Chart;
import io.kubemdm.testbed.controlplane.ControlPlane;
import io.kubemdm.testbed.controlplane.Kubeconfig;
import io.kubemdm.testbed.controlplane.KubernetesBinaries;
import io.kubemdm.testbed.controlplane.ServiceAccounts;
import io.kubemdm.testbed.pod.Images;
import io.kubemdm.testbed.pod.PodPlan;
import io.kubemdm.testbed.pod.PodPlanner;
import io.kubemdm.testbed.pod.PodProbe;
import io.kubemdm.testbed.pod.PodProcess;
import io.kubemdm.testbed.process.ChildSpec;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Our services: the chart rendered and applied, each replica of each Deployment a watched process. */
final class ServicesAssembly {

    private static final Duration TOKEN_LIFE = Duration.ofDays(365);
    private static final String CHART = "charts/kubemdm";
    private static final String VALUES = "testbed/values.yaml";

    private final Site site;
    private final PortBook ports;
    private final PodProbe probe = new PodProbe(HttpClient.newHttpClient());

    ServicesAssembly(Site site) {
        this.site = site;
        this.ports = new PortBook(site.folder().path().resolve("ports.properties"));
    }

    /** The chart as this region deploys it. */
    CompletableFuture<Chart> render(BrokerLayout broker) {
        return site.step(
                "chart",
                progress -> Chart.render(
                        KubernetesBinaries.helm(site.checkout(), progress),
                        site.checkout().path(CHART),
                        Site.NAMESPACE,
                        values(),
                        Map.of("kafka.bootstrapServers", broker.bootstrapServers(), "profile", site.profile())));
    }

    private List<Path> values() {
        List<Path> values = new ArrayList<>();
        if (site.isSmall()) {
            values.add(site.checkout().path(CHART + "/values-small.yaml"));
        }
        values.add(site.checkout().path(VALUES));
        if (Files.exists(site.folder().values())) {
            values.add(site.folder().values());
        }
        return values;
    }

    /** Starts every replica of every Deployment; completes when all are ready. */
    CompletableFuture<Void> start(Cluster cluster, Chart chart) {
        try (KubernetesClient client = ControlPlane.newClient(cluster.kubectl().kubeconfig())) {
            PodPlanner planner =
                    new PodPlanner(site.folder().pods(), new ApiObjects(client), new Images(site.checkout())::folder);
            List<CompletableFuture<Void>> ready = new ArrayList<>();
            for (Deployment deployment : chart.deployments()) {
                for (String pod : PodPlanner.podNames(deployment)) {
                    PodPlan plan = planner.plan(deployment, pod, name -> ports.port(pod, name));
                    ready.add(watch(client, cluster, plan));
                }
            }
            return CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new));
        }
    }

    private CompletableFuture<Void> watch(KubernetesClient client, Cluster cluster, PodPlan plan) {
        PodProcess.lay(plan);
        Path kubeconfig = plan.root().resolveSibling("kubeconfig");
        if (plan.serviceAccount() != null) {
            String token = ServiceAccounts.token(client, plan.namespace(), plan.serviceAccount(), TOKEN_LIFE);
            Kubeconfig.write(
                    kubeconfig,
                    cluster.server(),
                    cluster.certificate(),
                    plan.serviceAccount(),
                    token,
                    plan.namespace());
        }
        plan.ports().forEach(this::tellAddress);
        ChildSpec spec = PodProcess.of(plan, Site.java(), options(plan), kubeconfig);
        PodHealth health =
                new PodHealth(plan.probes(), one -> probe.answers(plan.name(), one, plan.ports()), System::nanoTime);
        return new WatchedPart(
                        site.folder().path(),
                        spec,
                        revision(plan),
                        List.copyOf(plan.ports().values()),
                        health,
                        site.roster())
                .watch()
                .ready();
    }

    private List<String> options(PodPlan plan) {
        Path folder = new Images(site.checkout()).folder(plan.image());
        List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        options.addAll(ServiceArchives.of(folder, plan.name()).usedOrMade());
        return options;
    }

    /** What makes a running process an old one although its command is the same: its files, its program. */
    private static String revision(PodPlan plan) {
        var digest = Fingerprint.sha256();
        plan.files().forEach((path, file) -> digest.update(file.content()));
        plan.arguments().stream()
                .filter(word -> word.endsWith(".jar"))
                .forEach(jar -> digest.update(
                        Long.toString(Path.of(jar).toFile().lastModified()).getBytes(StandardCharsets.US_ASCII)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private void tellAddress(String portName, int port) {
        String variable = Addresses.variable(portName);
        if (variable != null) {
            String known = site.roster().address(variable);
            String address = Addresses.of(portName, port);
            boolean listed = known != null && List.of(known.split(",", -1)).contains(address);
            site.roster().address(variable, known == null || listed ? address : known + "," + address);
        }
    }
}
