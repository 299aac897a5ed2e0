package io.kubemdm.operator.engine;

/** Says whether everything there was to read of a partition of {@code mdm.reports} has been judged. */
interface Punctuality {

    /** True only when this is known from a recent look at the broker. */
    boolean onTime(int partition);

    /** The partition's records up to and including {@code offset} have been judged. */
    void judged(int partition, long offset);
}
