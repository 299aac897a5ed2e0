package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.enroll.LedgerFailureDecision.Step;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerFailureDecisionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({
        // The broker did not answer in time, be it the records, their transaction's end or the producer's start.
        "'TimeoutException', 8, TOGETHER",
        "'KafkaException,TimeoutException', 8, TOGETHER",
        "'TimeoutException', 0, TOGETHER",
        // What a busy coordinator says, when it is not asked again within the client.
        "'ConcurrentTransactionsException', 1, TOGETHER",
        "'KafkaException,TransactionAbortableException', 1, TOGETHER",
        "'KafkaException,NotLeaderOrFollowerException', 3, TOGETHER",
        // It gave the transaction up while this process or the network stood still.
        "'KafkaException,InvalidTxnStateException', 11, TOGETHER",
        "'ProducerFencedException', 11, TOGETHER",
        "'KafkaException,InvalidProducerEpochException', 10, TOGETHER",
        // Nobody gives up a transaction so early: another process has the id.
        "'ProducerFencedException', 0, END",
        "'ProducerFencedException', 9, END",
        "'KafkaException,InvalidProducerEpochException', 1, END",
        // It would be refused again, and takes nobody with it.
        "'KafkaException,RecordTooLargeException', 0, ONE_BY_ONE",
        "'SerializationException', 0, ONE_BY_ONE",
        // A missing right is mended by people, meanwhile requests are told to come again.
        "'TransactionalIdAuthorizationException', 0, TOGETHER",
        "'NullPointerException', 0, TOGETHER",
    })
    void table(String causes, int openSeconds, Step step) {
        assertThat(LedgerFailureDecision.decide(
                        List.of(causes.split(",", -1)), Duration.ofSeconds(openSeconds), TIMEOUT))
                .isEqualTo(step);
    }

    @Test
    void the_log_line_tells_every_cause() {
        KafkaException failure = new KafkaException(
                "Cannot execute transactional method because we are in an error state",
                new TimeoutException("Expiring 1 record(s) for mdm.reports-3:8000 ms has passed"));

        assertThat(Causes.line(failure))
                .isEqualTo("KafkaException: Cannot execute transactional method because we are in an error state"
                        + " <- TimeoutException: Expiring 1 record(s) for mdm.reports-3:8000 ms has passed");
    }
}
