package io.kubemdm.operator.engine;

import java.time.Duration;

/**
 * When a thread commits before its interval ends. A commit costs Kafka a marker in every partition it touches, whether one
 * report is in it or a thousand; so what comes alone is committed at once, and what comes in a stream by the interval.
 */
final class CommitRhythm {

    /** One transaction is one thread's, over all its partitions. */
    private final ThreadLocal<Long> last = new ThreadLocal<>();

    private final long quietNanos;

    CommitRhythm(Duration quiet) {
        this.quietNanos = quiet.toNanos();
    }

    /** Whether what this thread has just judged is to be committed now; asked once per report. */
    boolean isDue(long nowNanos) {
        Long before = last.get();
        if (before != null && nowNanos - before < quietNanos) {
            return false;
        }
        last.set(nowNanos);
        return true;
    }
}
