package io.kubemdm.operator.engine;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How an engine runs.
 *
 * @param replica this process's name, {@code group.instance.id}; a restart under the same name keeps its partitions
 * @param threads stream threads, at least 1; more than partitions are idle
 * @param standbys copies of each store kept warm on other replicas
 * @param stateDirectory where Kafka Streams keeps its locks; states are in memory
 * @param defaultHeartbeat interval of a device that was not assigned one
 * @param checkpointInterval between signed heads
 */
public record EngineSettings(
        String replica,
        int threads,
        int standbys,
        Path stateDirectory,
        Duration defaultHeartbeat,
        Duration checkpointInterval) {

    /** A transaction of a killed engine holds {@code read_committed} readers back for this long at most. */
    public static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    /** How long a killed engine's partitions wait for it before others take them. */
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** The longest a judged report waits for its commit; one that comes after as long a quiet does not ({@link CommitRhythm}). */
    public static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

    /** How long a thread waits for reports before it looks whether a commit is due. */
    static final Duration POLL = Duration.ofMillis(50);

    /** One poll may take this long: a rebuild from a long log happens inside. */
    static final Duration MAX_POLL_INTERVAL = Duration.ofMinutes(15);

    public EngineSettings {
        if (replica.isBlank()) {
            throw new IllegalArgumentException("kubemdm.replica is empty: set POD_NAME");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("kubemdm.engine.threads is " + threads + ": it must be at least 1");
        }
        if (standbys < 0) {
            throw new IllegalArgumentException("kubemdm.engine.standbys is " + standbys + ": it must not be negative");
        }
    }
}
