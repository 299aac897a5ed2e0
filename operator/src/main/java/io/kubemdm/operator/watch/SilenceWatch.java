package io.kubemdm.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch can die in silence: the informer runs, and nothing comes any more. A kind of which nothing was heard for long
 * is compared with the API server: by number, and object by object while it has few. What differs twice in a row, a
 * while apart, means a blind informer, and the process ends and starts afresh.
 */
public final class SilenceWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);
    private static final Duration SECOND_LOOK = Duration.ofSeconds(15);
    private static final int FEW = 500;

    private final KubernetesClient client;
    private final Map<Class<? extends HasMetadata>, Copy<? extends HasMetadata>> copies;
    private final Duration silence;
    private final Clock clock;
    private final Runnable blind;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("silence-watch").daemon().factory());

    /**
     * A watch over these copies.
     *
     * @param silence for how long nothing may be heard before it looks
     * @param blind what to do about a blind informer
     */
    public SilenceWatch(
            KubernetesClient client,
            Map<Class<? extends HasMetadata>, Copy<? extends HasMetadata>> copies,
            Duration silence,
            Clock clock,
            Runnable blind) {
        this.client = client;
        this.copies = Map.copyOf(copies);
        this.silence = silence;
        this.clock = clock;
        this.blind = blind;
    }

    /** Begins to look. */
    @SuppressWarnings("FutureReturnValueIgnored") // look() logs what goes wrong
    public void start() {
        long millis = silence.toMillis();
        executor.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            for (var each : copies.entrySet()) {
                if (isSilent(each.getValue()) && differs(each.getKey(), each.getValue()) && stillDiffers(each)) {
                    LOG.error(
                            "informer is blind kind={} since={}",
                            each.getKey().getSimpleName(),
                            each.getValue().changedAt());
                    blind.run();
                    return;
                }
            }
        } catch (KubernetesClientException e) {
            LOG.warn("informers not compared with the API server error={}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isSilent(Copy<?> copy) {
        return copy.changedAt().plus(silence).isBefore(clock.instant());
    }

    private boolean stillDiffers(Map.Entry<Class<? extends HasMetadata>, Copy<? extends HasMetadata>> each)
            throws InterruptedException {
        Thread.sleep(SECOND_LOOK);
        return isSilent(each.getValue()) && differs(each.getKey(), each.getValue());
    }

    private boolean differs(Class<? extends HasMetadata> kind, Copy<? extends HasMetadata> copy) {
        KubernetesResourceList<? extends HasMetadata> page = client.resources(kind)
                .inAnyNamespace()
                .list(new ListOptionsBuilder().withLimit((long) FEW).build());
        Long remaining = page.getMetadata().getRemainingItemCount();
        long there = page.getItems().size() + (remaining == null ? 0 : remaining);
        return there != copy.size() || (remaining == null && !versions(page).equals(versions(copy)));
    }

    private static Map<String, String> versions(KubernetesResourceList<? extends HasMetadata> page) {
        return page.getItems().stream()
                .collect(Collectors.toMap(
                        o -> o.getMetadata().getUid(), o -> o.getMetadata().getResourceVersion()));
    }

    private static Map<String, String> versions(Copy<? extends HasMetadata> copy) {
        return copy.values().collect(Collectors.toMap(o -> o.getMetadata().getUid(), o -> o.getMetadata()
                .getResourceVersion()));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
