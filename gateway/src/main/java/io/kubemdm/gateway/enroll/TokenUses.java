package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts uses in {@code EnrollmentToken.status}. A limited token's use is claimed there, by compare-and-set on a live
 * read, before anything is signed: however many replicas, no more devices get in. Claims that arrive while one is under
 * way go together into the next. An unlimited token's uses are only counted, and written now and then.
 */
final class TokenUses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenUses.class);
    private static final Duration COALESCE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 30;
    private static final int THREADS = 4;

    /** The uses of one token, as Kubernetes holds them. */
    interface Store {
        /** The token now, null when it is gone. */
        @Nullable EnrollmentToken read(String namespace, String name);

        /**
         * Sets the status if the token has not changed since {@code read}.
         *
         * @return false when it has
         */
        boolean compareAndSet(EnrollmentToken read, EnrollmentTokenStatus status);
    }

    private record TokenKey(String namespace, String name) {}

    private static final class Claims {
        private final Queue<CompletableFuture<@Nullable Refusal>> waiting = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean running = new AtomicBoolean();
    }

    private record Counted(int uses, Instant last) {
        Counted plus(Counted other) {
            return new Counted(uses + other.uses, other.last.isAfter(last) ? other.last : last);
        }
    }

    private final Store store;
    private final InstantSource clock;
    private final Map<TokenKey, Claims> claims = new ConcurrentHashMap<>();
    private final Map<TokenKey, Counted> counted = new ConcurrentHashMap<>();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(
            THREADS, Thread.ofPlatform().name("token-uses-", 0).daemon().factory());

    @SuppressWarnings("FutureReturnValueIgnored") // the timer ends with this
    TokenUses(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        threads.scheduleWithFixedDelay(
                this::writeCounted, COALESCE.toMillis(), COALESCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes one use of a limited token.
     *
     * @return completes with null when it is taken, else with why not; never exceptionally
     */
    CompletableFuture<@Nullable Refusal> claim(String namespace, String name) {
        CompletableFuture<@Nullable Refusal> mine = new CompletableFuture<>();
        Claims of = claims.computeIfAbsent(new TokenKey(namespace, name), key -> new Claims());
        of.waiting.add(mine);
        schedule(namespace, name, of);
        return mine;
    }

    /** Notes one use of an unlimited token; written about half a minute later. */
    void count(String namespace, String name) {
        counted.merge(new TokenKey(namespace, name), new Counted(1, clock.instant()), Counted::plus);
    }

    /** Writes what was counted. */
    void writeCounted() {
        for (TokenKey key : List.copyOf(counted.keySet())) {
            Counted pending = counted.remove(key);
            if (pending != null && !written(key, pending)) {
                counted.merge(key, pending, Counted::plus);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        writeCounted();
    }

    private void schedule(String namespace, String name, Claims of) {
        if (of.running.compareAndSet(false, true)) {
            threads.execute(() -> {
                List<CompletableFuture<@Nullable Refusal>> group = new ArrayList<>();
                for (var next = of.waiting.poll(); next != null; next = of.waiting.poll()) {
                    group.add(next);
                }
                claimFor(namespace, name, group);
                of.running.set(false);
                if (!of.waiting.isEmpty()) {
                    schedule(namespace, name, of);
                }
            });
        }
    }

    private void claimFor(String namespace, String name, List<CompletableFuture<@Nullable Refusal>> group) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (attempted(namespace, name, group)) {
                    return;
                }
                Thread.sleep(ThreadLocalRandom.current().nextLong(1, 5L * (attempt + 2)));
            }
            refuse(group, Refusal.unavailable("token " + namespace + "/" + name + " is in great demand: try again"));
        } catch (KubernetesClientException e) {
            LOG.warn("use not claimed token={}/{} error={}", namespace, name, e.getMessage());
            refuse(
                    group,
                    Refusal.unavailable("the Kubernetes API is away, so no use of the limited token " + namespace + "/"
                            + name + " can be claimed: try again"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(group, Refusal.unavailable("the service is stopping: try again"));
        } catch (RuntimeException e) {
            LOG.error("use not claimed token={}/{}", namespace, name, e);
            refuse(group, new Refusal(500, "the token's use cannot be claimed: see the service's log", null));
        }
    }

    /** Whether everybody in the group has an answer. */
    private boolean attempted(String namespace, String name, List<CompletableFuture<@Nullable Refusal>> group) {
        EnrollmentToken token = store.read(namespace, name);
        if (token == null || token.getSpec() == null) {
            refuse(group, TokenDecision.UNKNOWN);
            return true;
        }
        Integer max = token.getSpec().maxUses();
        int uses = TokenStatus.uses(token);
        int granted = max == null ? group.size() : Math.min(group.size(), Math.max(0, max - uses));
        if (token.getSpec().suspended()) {
            refuse(group, Refusal.forbidden("token " + namespace + "/" + name + " is suspended"));
            return true;
        }
        Instant now = clock.instant();
        if (granted > 0 && !store.compareAndSet(token, TokenStatus.used(token, uses + granted, now, now))) {
            return false;
        }
        group.subList(0, granted).forEach(each -> each.complete(null));
        refuse(
                group.subList(granted, group.size()),
                TokenDecision.exhausted(namespace + "/" + name, max == null ? 0 : max));
        return true;
    }

    private boolean written(TokenKey key, Counted pending) {
        try {
            EnrollmentToken token = store.read(key.namespace(), key.name());
            if (token == null || token.getSpec() == null) {
                return true;
            }
            // The schema's ceiling: beyond it only the time moves.
            int uses = Math.min(1_000_000, TokenStatus.uses(token) + pending.uses());
            return store.compareAndSet(token, TokenStatus.used(token, uses, pending.last(), clock.instant()));
        } catch (KubernetesClientException e) {
            LOG.debug("uses not written token={}/{}", key.namespace(), key.name(), e);
            return false;
        }
    }

    private static void refuse(List<CompletableFuture<@Nullable Refusal>> group, Refusal refusal) {
        group.forEach(each -> each.complete(refusal));
    }
}
