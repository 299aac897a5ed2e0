package io.kubemdm.agent.link;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;

/**
 * The two counters that outlive the program, persisted before they are used.
 *
 * @param boot starts since enrolment
 * @param session connections since enrolment
 */
public record Counters(long boot, long session) {

    private static final String NAME = "counters.json";

    /** Reads them; zero before the first start. */
    public static Counters read(Store store) {
        Counters found = Documents.read(store, NAME, Counters.class);
        return found == null ? new Counters(0, 0) : found;
    }

    /** One more start, on disk when this returns. */
    public static Counters boot(Store store) {
        Counters before = read(store);
        return new Counters(before.boot + 1, before.session).written(store);
    }

    /** One more connection, on disk when this returns. */
    public Counters connect(Store store) {
        return new Counters(boot, session + 1).written(store);
    }

    private Counters written(Store store) {
        Documents.write(store, NAME, this);
        return this;
    }
}
