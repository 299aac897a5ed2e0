package io.kubemdm.operator.watch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds reconcilers back until every informer is synced: what depends on several kinds must not see half of them. */
public final class Gate {

    private final CountDownLatch shut = new CountDownLatch(1);

    /** Lets everybody pass from now on. */
    public void open() {
        shut.countDown();
    }

    /** Whether it is open. */
    public boolean isOpen() {
        return shut.getCount() == 0;
    }

    /**
     * Waits for the gate.
     *
     * @throws IllegalStateException when it does not open within ten minutes, or the thread is interrupted
     */
    public void pass() {
        try {
            if (!shut.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException("informers are not synced after 10 minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the informers", e);
        }
    }
}
