package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every EnrollmentToken, kept by a watch: unlimited tokens let devices in while the API server is away. A watch that has
 * been silent for long is replaced, since one can die without a word.
 */
final class TokenCache implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenCache.class);
    private static final Duration SILENCE = Duration.ofMinutes(10);
    private static final Duration RECONNECT = Duration.ofSeconds(2);
    private static final int MISSES_PER_SECOND = 20;

    private final KubernetesClient kubernetes;
    private final Executor lookUps;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("token-watch").daemon().factory());
    private final Semaphore misses = new Semaphore(MISSES_PER_SECOND);
    private volatile @Nullable SharedIndexInformer<EnrollmentToken> watched;
    private volatile long heardAtNanos = System.nanoTime();
    private volatile String lastFailure = "";

    @SuppressWarnings("FutureReturnValueIgnored") // the timer ends with this
    TokenCache(KubernetesClient kubernetes, Executor lookUps) {
        this.kubernetes = kubernetes;
        this.lookUps = lookUps;
        timer.scheduleWithFixedDelay(this::keepWatching, 0, RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
        timer.scheduleAtFixedRate(
                () -> misses.release(MISSES_PER_SECOND - misses.availablePermits()), 1, 1, TimeUnit.SECONDS);
    }

    /** Null once every token is known. */
    @Nullable String notReadyBecause() {
        return watched == null ? "waiting for the Kubernetes API to list EnrollmentTokens: " + lastFailure : null;
    }

    /**
     * The token as last seen. One that was never seen is looked up, since it may be a second old; guesses are limited to
     * {@value #MISSES_PER_SECOND} a second.
     *
     * @return completes with null when there is none
     */
    CompletableFuture<@Nullable EnrollmentToken> find(String namespace, String name) {
        SharedIndexInformer<EnrollmentToken> current = watched;
        EnrollmentToken known = current == null ? null : current.getStore().getByKey(namespace + "/" + name);
        return known != null || current == null || !misses.tryAcquire()
                ? CompletableFuture.completedFuture(known)
                : CompletableFuture.supplyAsync(() -> lookUp(namespace, name), lookUps);
    }

    /** Every token as last seen; none before the first list. */
    List<EnrollmentToken> all() {
        SharedIndexInformer<EnrollmentToken> current = watched;
        return current == null ? List.of() : current.getStore().list();
    }

    private @Nullable EnrollmentToken lookUp(String namespace, String name) {
        try {
            return kubernetes
                    .resources(EnrollmentToken.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
        } catch (KubernetesClientException e) {
            LOG.warn("token not looked up token={}/{} error={}", namespace, name, e.getMessage());
            return null;
        }
    }

    private void keepWatching() {
        SharedIndexInformer<EnrollmentToken> current = watched;
        boolean silent = System.nanoTime() - heardAtNanos > SILENCE.toNanos();
        if (current != null && current.isRunning() && !silent) {
            return;
        }
        try {
            SharedIndexInformer<EnrollmentToken> fresh =
                    kubernetes.resources(EnrollmentToken.class).inAnyNamespace().runnableInformer(0);
            // After the first list the informer reconnects by itself, for ever.
            fresh.exceptionHandler((started, failure) -> started);
            fresh.addEventHandler(new Heard());
            fresh.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
            heardAtNanos = System.nanoTime();
            watched = fresh;
            if (current != null) {
                current.stop();
            }
            LOG.info("enrolment tokens known count={}", fresh.getStore().list().size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            lastFailure = rootMessage(e);
            LOG.warn("enrolment tokens not listed, trying again error={}", lastFailure);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        timer.shutdownNow();
        SharedIndexInformer<EnrollmentToken> current = watched;
        if (current != null) {
            current.stop();
        }
    }

    private final class Heard implements ResourceEventHandler<EnrollmentToken> {
        @Override
        public void onAdd(EnrollmentToken token) {
            heardAtNanos = System.nanoTime();
        }

        @Override
        public void onUpdate(EnrollmentToken before, EnrollmentToken after) {
            heardAtNanos = System.nanoTime();
        }

        @Override
        public void onDelete(EnrollmentToken token, boolean finalStateUnknown) {
            heardAtNanos = System.nanoTime();
        }
    }
}
