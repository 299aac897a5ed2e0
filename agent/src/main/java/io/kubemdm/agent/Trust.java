package io.kubemdm.agent;

import io.kubemdm.agent.identity.EnrollFailed;
import io.kubemdm.agent.identity.Enrollment;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.RenewalTime;
import io.kubemdm.agent.identity.Tls;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Verifier;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The identity as it is used: TLS for the link, the verifier of orders, and the renewal in time. On the agent's thread. */
final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    /** A verifier is made anew after this long, so that an order key's end is noticed. */
    private static final Duration VERIFIER_LIVES = Duration.ofHours(1);

    private static final Duration SHORTEST_RETRY = Duration.ofMinutes(1);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    private final AgentParts parts;
    private final Supplier<Instant> serverNow;
    private final Consumer<Identity> renewed;
    private volatile SslContext tls;
    private Identity identity;
    private @Nullable Verifier orders;
    private Instant ordersUntil = Instant.EPOCH;
    private @Nullable ScheduledFuture<?> renewal;
    private boolean stopped;

    Trust(AgentParts parts, Identity identity, Supplier<Instant> serverNow, Consumer<Identity> renewed) {
        this.parts = parts;
        this.identity = identity;
        this.serverNow = serverNow;
        this.renewed = renewed;
        this.tls = Tls.client(identity, parts.clock());
    }

    /** For the next connection; asked on event loops. */
    SslContext tls() {
        return tls;
    }

    /** The device's present certificates, its own first. */
    List<X509Certificate> certificates() {
        return identity.certificates();
    }

    /** Believes orders and bundles. */
    Verifier orders() {
        Instant now = serverNow.get();
        if (orders == null || now.isAfter(ordersUntil)) {
            orders = identity.trust().verifier(KeyUse.ORDERS, now);
            ordersUntil = now.plus(VERIFIER_LIVES);
        }
        return orders;
    }

    /** The server's time is known now, which may judge an order key's validity otherwise than the device's own clock. */
    void timeLearnt() {
        orders = null;
    }

    /** Plans the next renewal, at once when its time has passed. */
    void schedule() {
        Instant at =
                RenewalTime.of(identity.certificate().getNotBefore().toInstant(), identity.notAfter(), parts.random());
        Duration wait = Duration.between(serverNow.get(), at);
        scheduleIn(wait.isNegative() ? Duration.ZERO : wait);
    }

    void stop() {
        stopped = true;
        if (renewal != null) {
            renewal.cancel(false);
        }
    }

    private void scheduleIn(Duration wait) {
        if (parts.blocking() != null && !stopped) {
            renewal = parts.executor().schedule(this::renew, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void renew() {
        Identity before = identity;
        if (parts.blocking() == null) {
            return;
        }
        parts.blocking().execute(() -> {
            try {
                Enrollment enrollment = new Enrollment(parts.identities(), parts.clock(), (wait, because) -> {});
                Identity after = enrollment.renew(before);
                parts.executor().execute(() -> take(after));
            } catch (EnrollFailed | StoreFailed e) {
                parts.executor().execute(() -> retry(String.valueOf(e.getMessage())));
            }
        });
    }

    private void take(Identity after) {
        identity = after;
        tls = Tls.client(after, parts.clock());
        orders = null;
        renewed.accept(after);
        schedule();
    }

    private void retry(String why) {
        Duration left = Duration.between(serverNow.get(), identity.notAfter()).dividedBy(10);
        Duration wait = left.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : left;
        wait = wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait;
        wait = wait.plusMillis(parts.random().nextLong(wait.toMillis() / 2 + 1));
        LOG.warn("certificate not renewed, not_after={} retry_s={}: {}", identity.notAfter(), wait.toSeconds(), why);
        scheduleIn(wait);
    }
}
