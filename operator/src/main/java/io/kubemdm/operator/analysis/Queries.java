package io.kubemdm.operator.analysis;

import io.kubemdm.operator.prometheus.Answer;
import io.kubemdm.operator.prometheus.Prometheus;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions on their way to Prometheus, one per analysis, and their answers until they are looked at. Whoever looks never waits:
 * the rollout is rung once there is an answer. Nothing of it is kept over a restart, which asks anew. Safe for several threads.
 */
final class Queries implements AutoCloseable {

    /** Questions that are on their way at a time, of all rollouts; the others wait for their turn. */
    private static final int AT_A_TIME = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Queries.class);

    /** Which analysis. */
    record Key(String namespace, String rollout, String analysis) {}

    /**
     * Which look of it: another of these and the answer is to something else.
     *
     * @param uid of the Rollout object
     * @param step its index
     * @param query as it is sent
     * @param after when it was looked at last
     */
    record Question(String uid, int step, String query, Instant after) {}

    /** @param answer null while it is on its way */
    private record Asked(Question question, @Nullable Answer answer) {}

    private final Map<Key, Asked> asked = new ConcurrentHashMap<>();
    private final Prometheus server;
    private final BiConsumer<String, String> ring;
    private final ExecutorService asking = Executors.newFixedThreadPool(
            AT_A_TIME, Thread.ofPlatform().name("prometheus-", 0).daemon().factory());

    /**
     * Asks nobody yet.
     *
     * @param server answers queries; closed with this
     * @param ring hears namespace and name of a rollout that has an answer; must not block
     */
    Queries(Prometheus server, BiConsumer<String, String> ring) {
        this.server = server;
        this.ring = ring;
    }

    /** The answer to a question, null until it is there; asks when that was not done yet. */
    @Nullable Answer answer(Key key, Question question) {
        Asked known = asked.compute(key, (k, before) -> {
            if (before != null && before.question().equals(question)) {
                return before;
            }
            asking.execute(() -> ask(key, question));
            return new Asked(question, null);
        });
        return known.answer();
    }

    private void ask(Key key, Question question) {
        Answer answer;
        try {
            answer = server.ask(question.query());
        } catch (RuntimeException e) {
            LOG.warn("query not asked analysis={}", key, e);
            answer = new Answer.None("The query could not be asked: see the operator's log.");
        }
        Asked answered = new Asked(question, answer);
        asked.computeIfPresent(key, (k, before) -> before.question().equals(question) ? answered : before);
        ring.accept(key.namespace(), key.rollout());
    }

    /** A rollout needs no answers any more. */
    void forget(String namespace, String rollout) {
        asked.keySet()
                .removeIf(key ->
                        key.namespace().equals(namespace) && key.rollout().equals(rollout));
    }

    @Override
    public void close() {
        asking.shutdownNow();
        server.close();
    }
}
