package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.BrokerLayout;
import io.kubemdm.testbed.chart.Chart;
import io.kubemdm.testbed.controlplane.KubernetesBinaries;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * The process that builds a region and then watches it. It may be killed at any moment: what it built goes on, and the
 * next one finds it all again.
 */
final class Supervisor {

    /** The name of its process among the region's. */
    static final String PART = "supervisor";

    private static final Duration FOLLOW = Duration.ofMillis(300);

    private final RegionFolder folder;
    private final Site site;

    Supervisor(Checkout checkout, RegionFolder folder, Map<String, String> environment) {
        this.folder = folder;
        this.site = new Site(
                checkout,
                folder,
                new Roster(folder.state(), Clock.systemUTC()),
                environment,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    /**
     * Builds the region and watches it for ever.
     *
     * @return the exit code, when the region could not be built: what is wrong is in its state
     */
    int run() throws InterruptedException {
        try (FileChannel channel =
                FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                return 0;
            }
            site.roster().tell(Phase.STARTING, null);
            AgentsAssembly agents = new AgentsAssembly(site);
            FleetsAssembly fleets = new FleetsAssembly(site);
            AgentsWanted wanted = AgentsWanted.of(folder);
            Built built = build().join();
            Cluster cluster = built.cluster();
            DeploymentStatuses statuses =
                    new DeploymentStatuses(cluster.ours() ? built.chart().deployments() : List.of());
            statuses.tell(cluster.kubectl(), site.roster()::isReady);
            agents.follow(wanted, cluster.kubectl()).join();
            site.roster().tell(Phase.READY, null);
            while (true) {
                Thread.sleep(FOLLOW);
                statuses.tell(cluster.kubectl(), site.roster()::isReady);
                fleets.follow(cluster.kubectl());
                // Who cannot enrol says so itself, in the roster.
                CompletableFuture<Void> unused = agents.follow(wanted, cluster.kubectl());
            }
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            site.roster().tell(Phase.FAILED, String.valueOf(cause.getMessage()));
            cause.printStackTrace();
            return 1;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + folder.lock(), e);
        }
    }

    /** What the parts are. */
    private record Built(Cluster cluster, Chart chart) {}

    private CompletableFuture<Built> build() {
        KafkaAssembly kafka = new KafkaAssembly(site);
        ServicesAssembly services = new ServicesAssembly(site);
        KeysAssembly keys = new KeysAssembly(site);
        BrokerLayout layout = kafka.layout();

        CompletableFuture<Cluster> cluster = new ClusterAssembly(site).build();
        CompletableFuture<BrokerLayout> broker = kafka.build(layout);
        CompletableFuture<String> pki = site.step("keys", progress -> keys.build());
        CompletableFuture<Chart> chart = services.render(layout);
        CompletableFuture<Void> applied =
                site.stepAfter(CompletableFuture.allOf(cluster, pki, chart), "chart applied", ready -> {
                    Cluster api = cluster.join();
                    linkPrograms(api);
                    chart.join().apply(api.kubectl(), Site.NAMESPACE);
                    api.kubectl().apply(pki.join() + "\n" + KafkaAssembly.secrets(layout));
                    return null;
                });
        return CompletableFuture.allOf(applied, broker)
                .thenComposeAsync(ready -> services.start(cluster.join(), chart.join()), site.executor())
                .thenApply(ready -> new Built(cluster.join(), chart.join()));
    }

    /** What a person has on the path after {@code make env}. */
    private void linkPrograms(Cluster cluster) {
        Map<String, Path> programs = Map.of(
                "kubectl", cluster.kubectl().program(),
                "helm", KubernetesBinaries.helm(site.checkout(), sentence -> {}),
                "kubemdm", site.checkout().path("cli/bin/kubemdm"),
                "kubectl-mdm", site.checkout().path("cli/bin/kubemdm"),
                "kubemdm-agent", site.checkout().path("agent/bin/kubemdm-agent"));
        try {
            Files.createDirectories(folder.bin());
            for (Map.Entry<String, Path> program : programs.entrySet()) {
                Path link = folder.bin().resolve(program.getKey());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, program.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot link programs into " + folder.bin(), e);
        }
    }
}
