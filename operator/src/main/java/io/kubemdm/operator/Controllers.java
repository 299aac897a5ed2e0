package io.kubemdm.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.kubemdm.operator.watch.Copy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The Java Operator SDK's side: one controller and one informer per kind, retried for ever, on threads that may wait for
 * Kafka. Leader election is ours, see {@link Leadership}.
 */
final class Controllers implements AutoCloseable {

    /** Reconciles at a time; they mostly wait for the dispatcher's commit, so that one commit can serve them all. */
    private static final int CONCURRENT = 256;

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofMinutes(2);

    private final Operator operator;
    private final List<RegisteredController<?>> controllers = new ArrayList<>();

    Controllers(KubernetesClient client) {
        this.operator = new Operator(config -> config.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withCacheSyncTimeout(Duration.ofMinutes(5))
                .withExecutorService(executor())
                .withResourceCloner(new Uncloned()));
    }

    private static ExecutorService executor() {
        return new ThreadPoolExecutor(
                CONCURRENT,
                CONCURRENT,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Thread.ofVirtual().name("reconcile-", 0).factory());
    }

    /** Adds a kind whose every change is looked at, status changes included: a status that was cleared comes back. */
    <R extends HasMetadata> void register(Reconciler<R> reconciler, Copy<R> copy, Duration atLeastEvery) {
        register(reconciler, copy, atLeastEvery, (now, before) -> true);
    }

    /** Adds a kind of which only spec and labels matter. */
    <R extends HasMetadata> void registerForIntent(Reconciler<R> reconciler, Copy<R> copy, Duration atLeastEvery) {
        register(
                reconciler,
                copy,
                atLeastEvery,
                (now, before) -> !Objects.equals(
                                now.getMetadata().getGeneration(),
                                before.getMetadata().getGeneration())
                        || !Objects.equals(
                                now.getMetadata().getUid(), before.getMetadata().getUid())
                        || !Objects.equals(
                                now.getMetadata().getLabels(),
                                before.getMetadata().getLabels()));
    }

    private <R extends HasMetadata> void register(
            Reconciler<R> reconciler, Copy<R> copy, Duration atLeastEvery, OnUpdateFilter<R> filter) {
        controllers.add(operator.register(reconciler, config -> config.watchingAllNamespaces()
                .withItemStore(copy)
                .withOnUpdateFilter(filter)
                .withReconciliationMaxInterval(atLeastEvery)
                .withRetry(new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(FIRST_RETRY)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(LAST_RETRY.toMillis()))));
    }

    /**
     * Starts every informer, waits until all are synced, and lets the controllers run.
     *
     * @throws io.javaoperatorsdk.operator.OperatorException when an informer does not start; make a new instance then
     */
    void start() {
        operator.start();
    }

    /** Kinds whose informer does not run, by the controller's name; empty when all is well. */
    List<String> unhealthy() {
        return controllers.stream()
                .filter(c ->
                        !c.getControllerHealthInfo().unhealthyEventSources().isEmpty())
                .map(c -> c.getConfiguration().getName())
                .toList();
    }

    /**
     * Stops controllers and informers, also after a start that failed half way. The SDK then leaves the informers that had
     * synced running; they would go on to fill the copies, and the next instance's informers, which take an object that is
     * there already for one they have told of, would pass over every change that the left ones see first.
     */
    @Override
    public void close() {
        if (operator.getRuntimeInfo().isStarted()) {
            operator.stop();
        } else {
            // Not the whole controller: the SDK would do that on threads that its failed start has stopped.
            controllers.forEach(each -> ((Controller<?>) each)
                    .getEventSourceManager()
                    .getControllerEventSource()
                    .stop());
        }
    }

    /** Nobody here changes what the copies hold, so reconcilers may have it as it is. */
    private static final class Uncloned implements Cloner {
        @Override
        public <R extends HasMetadata> R clone(R object) {
            return object;
        }
    }
}
