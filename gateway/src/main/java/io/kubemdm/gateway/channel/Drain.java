package io.kubemdm.gateway.channel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends everybody elsewhere before the process stops: agents are told to reconnect at a moment of their own choosing
 * within {@code spread}, so that the other replicas see no stampede; whoever is still there then is cut.
 */
final class Drain implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Sessions sessions;
    private final Duration spread;

    Drain(Sessions sessions, Duration spread) {
        this.sessions = sessions;
        this.spread = spread;
    }

    /** Blocks until nobody is left, at most {@code spread} and a second. */
    @Override
    public void run() {
        int seconds = Math.toIntExact(Math.max(1, spread.toSeconds()));
        LOG.info("draining sessions={} withinSeconds={}", sessions.size(), seconds);
        sessions.drain().forEach(session -> session.drain(seconds));
        try {
            await(spread);
            sessions.all().forEach(session -> session.cut(CloseCause.Drained));
            await(GOODBYE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (sessions.size() > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
