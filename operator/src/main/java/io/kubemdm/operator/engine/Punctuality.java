package io.kubemdm.operator.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says whether everything there was to read of a partition of {@code mdm.reports} has been judged. */
interface Punctuality {

    /** True only when this is known from a recent look at the broker. */
    boolean onTime(int partition);

    /** When everything judged by now was all there was to read; null when not known. Never later than now. */
    @Nullable Instant judgedThrough(int partition);

    /** The partition comes up, perhaps anew after an abort: what was judged before may be judged again. */
    void opened(int partition);

    /** The partition's records up to and including {@code offset} have been judged. */
    void judged(int partition, long offset);
}
