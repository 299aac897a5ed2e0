package io.kubemdm.gateway.downlink;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands commands on when their budget lets them go. Partitions are read side by side, so a command that was just read may
 * not be the oldest: it is settled, and may have its turn, once everything is read that the brokers had when it came.
 */
final class Releases implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);
    private static final Duration AGAIN = Duration.ofMillis(500);
    /** A fleet grows, and its budget with it: that is looked at now and then. */
    private static final Duration AT_LATEST = Duration.ofMinutes(1);

    private final CommandBudgets budgets;
    private final Supplier<CompletableFuture<Void>> written;
    private final Clock clock;
    private final Consumer<CommandBudgets.CommandKey> release;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("downlink-releases").daemon().factory());
    private boolean open;
    private boolean asking;
    private @Nullable ScheduledFuture<?> turn;

    /**
     * Closed at first.
     *
     * @param written completes once all that the brokers had when it was asked for has been read
     * @param release takes a command that may go; on several threads, must not block
     */
    Releases(
            CommandBudgets budgets,
            Supplier<CompletableFuture<Void>> written,
            Clock clock,
            Consumer<CommandBudgets.CommandKey> release) {
        this.budgets = budgets;
        this.written = written;
        this.clock = clock;
        this.release = release;
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Topic and ledger are known: from now on commands are released. */
    void open() {
        synchronized (this) {
            open = true;
        }
        settle();
    }

    /** Charges were read that are not settled. */
    void settle() {
        synchronized (this) {
            if (!open || asking) {
                return;
            }
            asking = true;
        }
        ask();
    }

    private void ask() {
        long upTo = budgets.read();
        var unused = written.get().whenComplete((done, failure) -> {
            if (failure == null) {
                settled(upTo);
            } else {
                LOG.warn("commands wait until Kafka says where the topic ends error={}", failure.toString());
                var unusedRetry = timer.schedule(this::ask, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    private void settled(long upTo) {
        budgets.settled(upTo);
        synchronized (this) {
            asking = false;
        }
        run();
        if (budgets.read() > upTo) {
            settle();
        }
    }

    private void run() {
        Instant now = clock.instant();
        for (CommandBudgets.CommandKey each : budgets.release(now)) {
            try {
                release.accept(each);
            } catch (RuntimeException e) {
                // It stands and is released: the device gets it when it connects next.
                LOG.error("command not handed on device={} command={}", each.device(), each.id(), e);
            }
        }
        Instant next = budgets.next();
        synchronized (this) {
            if (turn != null) {
                turn.cancel(false);
                turn = null;
            }
            if (next != null) {
                Duration until = Duration.between(now, next);
                long millis = Math.clamp(until.toMillis() + 1, 1, AT_LATEST.toMillis());
                turn = timer.schedule(this::run, millis, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
