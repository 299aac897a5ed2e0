package io.kubemdm.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lease: at most one replica decides. Losing it ends the process, giving it up does not. */
final class Leadership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final CompletableFuture<Void> won = new CompletableFuture<>();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("lease").daemon().factory());
    private final CompletableFuture<?> election;
    private volatile boolean closed;

    /**
     * Runs for the Lease.
     *
     * @param follows called when another replica is seen to lead
     * @param lost what to do when it is lost
     */
    Leadership(KubernetesClient client, Settings settings, Runnable follows, Runnable lost) {
        LeaderElectionConfig config = new LeaderElectionConfig(
                new LeaseLock(settings.leaseNamespace(), settings.leaseName(), settings.replica()),
                settings.leaseDuration(),
                settings.renewDeadline(),
                settings.retryPeriod(),
                new LeaderCallbacks(this::onWon, () -> onLost(lost), leader -> {
                    LOG.info("leader replica={}", leader);
                    // A Lease that was given up names nobody.
                    if (leader != null && !leader.isEmpty() && !leader.equals(settings.replica())) {
                        follows.run();
                    }
                }),
                true,
                settings.leaseName());
        this.election = new LeaderElector(client, config, executor).start();
    }

    private void onWon() {
        won.complete(null);
    }

    private void onLost(Runnable lost) {
        if (!closed) {
            LOG.error("the Lease is lost, the process ends");
            lost.run();
        }
    }

    /** Completes when this replica leads. */
    CompletableFuture<Void> won() {
        return won;
    }

    @Override
    public void close() {
        closed = true;
        election.cancel(true);
        executor.shutdown();
    }
}
