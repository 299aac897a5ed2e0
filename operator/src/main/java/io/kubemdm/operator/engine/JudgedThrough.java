package io.kubemdm.operator.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Turns looks at a partition's end into a time: what was there at a look has been judged once the partition has been judged
 * up to the end that was seen. Looks that are not reached yet are kept, so that an engine that lags a little says by how
 * much. Safe for several threads.
 */
final class JudgedThrough {

    /** At one look a second, what lags by more than a minute has no time to tell; the watermark's reader refuses sooner. */
    private static final int MAX_LOOKS = 60;

    private record Look(Instant asked, long end) {}

    private final Deque<Look> ahead = new ArrayDeque<>();
    private @Nullable Instant through;

    /** The broker was asked at {@code asked} and named {@code end}, the offset after the last committed record. */
    synchronized void look(Instant asked, long end) {
        if (ahead.size() == MAX_LOOKS) {
            // The newest but one: without the oldest, a lag of a minute would never be reached.
            ahead.removeLast();
        }
        ahead.addLast(new Look(asked, end));
    }

    /**
     * The time of the last look whose end has been reached, null before there is one.
     *
     * @param next every record below this offset has been judged
     */
    synchronized @Nullable Instant at(long next) {
        for (Iterator<Look> looks = ahead.iterator(); looks.hasNext(); ) {
            Look look = looks.next();
            if (look.end() > next) {
                break;
            }
            through = look.asked();
            looks.remove();
        }
        return through;
    }

    /** What was reached is no longer known; the looks are still true. */
    synchronized void forget() {
        through = null;
    }
}
