package io.kubemdm.gateway.enroll;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What is to be done after a transaction of the ledger has failed. Pure; failures go by the simple names of their classes. */
final class LedgerFailureDecision {

    /** What the writer does next. */
    enum Step {
        /** The same records again, in one transaction of a new producer: Kafka could not at the moment. */
        TOGETHER,
        /** The same records again, one certificate at a time: one of them may be what Kafka refuses. */
        ONE_BY_ONE,
        /** Nothing: another process has taken the transactional id. */
        END
    }

    /** Kafka says the same of a producer that somebody has replaced and of one whose transaction it gave up. */
    private static final Set<String> REPLACED = Set.of("ProducerFencedException", "InvalidProducerEpochException");

    /** What Kafka will refuse again, however often it is asked. */
    private static final Set<String> REFUSED = Set.of(
            "RecordTooLargeException",
            "RecordBatchTooLargeException",
            "SerializationException",
            "InvalidRecordException",
            "CorruptRecordException");

    private LedgerFailureDecision() {}

    /**
     * Decides.
     *
     * @param causes the failure's class and those of its causes, outermost first
     * @param open since when the transaction was under way, by this process's clock; zero when none was
     * @param timeout when Kafka gives a transaction up by itself and refuses its producer from then on
     */
    static Step decide(List<String> causes, Duration open, Duration timeout) {
        if (causes.stream().anyMatch(REPLACED::contains)) {
            return open.compareTo(timeout) < 0 ? Step.END : Step.TOGETHER;
        }
        return causes.stream().anyMatch(REFUSED::contains) ? Step.ONE_BY_ONE : Step.TOGETHER;
    }
}
