package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every token's conditions true between its uses: created, suspended, taken up again, expired. Compares what the
 * watch shows with what is due and writes where they differ, so tokens at rest cost no write. Every replica does so;
 * the optimistic lock lets one of them win, and the others see the result in their watch.
 */
final class TokenStatuses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenStatuses.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int WRITES_AT_ONCE = 40;

    private final Supplier<List<EnrollmentToken>> watched;
    private final TokenUses.Store store;
    private final InstantSource clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("token-statuses").daemon().factory());

    /** Writes nothing before {@link #start}. */
    TokenStatuses(Supplier<List<EnrollmentToken>> watched, TokenUses.Store store, InstantSource clock) {
        this.watched = watched;
        this.store = store;
        this.clock = clock;
    }

    /** From now on every two seconds, replicas out of step with each other. */
    @SuppressWarnings("FutureReturnValueIgnored") // the timer ends with this
    void start() {
        long first = ThreadLocalRandom.current().nextLong(INTERVAL.toMillis());
        timer.scheduleWithFixedDelay(this::writeDue, first, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Writes what is due, at most {@value #WRITES_AT_ONCE} statuses; the rest is due the next time. */
    void writeDue() {
        int writes = 0;
        for (EnrollmentToken token : watched.get()) {
            if (writes >= WRITES_AT_ONCE) {
                return;
            }
            try {
                writes += wrote(token) ? 1 : 0;
            } catch (KubernetesClientException e) {
                if (e.getCode() == 0 || e.getCode() >= 500) {
                    LOG.debug("token statuses not written, trying again", e);
                    return;
                }
                LOG.warn("token status not written token={} error={}", name(token), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("token status not written token={}", name(token), e);
            }
        }
    }

    private boolean wrote(EnrollmentToken token) {
        if (token.getSpec() == null) {
            return false;
        }
        EnrollmentTokenStatus due = TokenStatus.due(token, clock.instant());
        if (due.equals(token.getStatus())) {
            return false;
        }
        if (store.compareAndSet(token, due)) {
            LOG.info(
                    "token status token={} ready={} reason={}",
                    name(token),
                    due.conditions().getFirst().status(),
                    due.conditions().getFirst().reason());
        }
        return true;
    }

    private static String name(EnrollmentToken token) {
        return token.getMetadata().getNamespace() + "/" + token.getMetadata().getName();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
