package io.kubemdm.testbed.process;

import java.time.Duration;

/** Whether a process does its work yet. Asked again and again, so it must be cheap and must not throw. */
@FunctionalInterface
public interface Readiness {

    /** True once the process serves. */
    boolean isReady();

    /** Asks every 50 ms until the answer is yes or {@code limit} has passed; the last answer. */
    static boolean await(Readiness readiness, Duration limit) {
        return await(readiness, limit, Duration.ofMillis(50));
    }

    /** Asks this often until the answer is yes or {@code limit} has passed; the last answer. */
    static boolean await(Readiness readiness, Duration limit, Duration every) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (System.nanoTime() - deadline < 0) {
                if (readiness.isReady()) {
                    return true;
                }
                Thread.sleep(every);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return readiness.isReady();
    }
}
