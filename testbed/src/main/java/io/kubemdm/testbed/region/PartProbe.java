package io.kubemdm.testbed.region;

import io.kubemdm.testbed.process.Readiness;

/** How a watched process is asked. Called every 100 ms by the thread that watches it. */
interface PartProbe {

    /** What the process is taken for. */
    enum Verdict {
        NOT_YET,
        READY,
        UNREADY,
        /** Alive, but to be killed and started again. */
        HUNG
    }

    /** A new process starts: nothing is known of it. */
    void forget();

    /** How it is now. */
    Verdict ask();

    /** Whether a process that ended has done all it ever will. */
    default boolean hasFinished() {
        return false;
    }

    /** Asks {@code first} until it is ready, then {@code later} every two seconds. */
    static PartProbe of(Readiness first, Readiness later) {
        return new PartProbe() {
            private Verdict verdict = Verdict.NOT_YET;
            private long askedAt;

            @Override
            public void forget() {
                verdict = Verdict.NOT_YET;
            }

            @Override
            public Verdict ask() {
                if (verdict == Verdict.NOT_YET) {
                    verdict = first.isReady() ? Verdict.READY : Verdict.NOT_YET;
                    askedAt = System.nanoTime();
                } else if (System.nanoTime() - askedAt > 2_000_000_000L) {
                    verdict = later.isReady() ? Verdict.READY : Verdict.UNREADY;
                    askedAt = System.nanoTime();
                }
                return verdict;
            }
        };
    }
}
