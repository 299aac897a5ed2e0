package io.kubemdm.bus;

import static io.kubemdm.bus.Principal.BRIDGE;
import static io.kubemdm.bus.Principal.ENGINE;
import static io.kubemdm.bus.Principal.ENROLL;
import static io.kubemdm.bus.Principal.GATEWAY;
import static io.kubemdm.bus.Principal.OPERATOR;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every topic, its settings, who writes and who reads. This table is the access list: chart and testbed are generated
 * from it. Partition counts are fixed for life, since keys would move.
 */
public enum Topic {
    /** The engine's one inbox. The operator reads last facts from its end when somebody asks for a plan. */
    REPORTS(
            "mdm.reports",
            Cleanup.DELETE,
            Duration.ofDays(7),
            Set.of(GATEWAY, ENROLL, OPERATOR),
            Set.of(ENGINE, OPERATOR)),
    /** Every transition: source of truth and audit log. The engine reads it back to rebuild, the operator for people. */
    EVENTS("mdm.events", Cleanup.DELETE, Duration.ofDays(400), Set.of(ENGINE), Set.of(ENGINE, OPERATOR)),
    /** State of each device: the changelog of the engine's store, hence the name Kafka Streams gives it. */
    STATE(
            Topic.ENGINE_APPLICATION_ID + "-" + Topic.ENGINE_STORE + "-changelog",
            Cleanup.COMPACT,
            null,
            Set.of(ENGINE),
            Set.of(ENGINE, OPERATOR, BRIDGE, GATEWAY)),
    DESIRED("mdm.desired", Cleanup.COMPACT, null, Set.of(OPERATOR), Set.of(GATEWAY, OPERATOR)),
    COMMANDS("mdm.commands", Cleanup.COMPACT, null, Set.of(OPERATOR), Set.of(GATEWAY, OPERATOR)),
    BUNDLES("mdm.bundles", Cleanup.COMPACT, null, Set.of(OPERATOR), Set.of(GATEWAY, ENGINE, OPERATOR)),
    DECISIONS("mdm.decisions", Cleanup.COMPACT, null, Set.of(OPERATOR), Set.of(OPERATOR)),
    CERTIFICATES("mdm.certificates", Cleanup.COMPACT, null, Set.of(ENROLL), Set.of(GATEWAY, ENROLL)),
    REVOCATIONS("mdm.revocations", Cleanup.COMPACT, null, Set.of(OPERATOR), Set.of(GATEWAY, ENROLL, OPERATOR)),
    /** How far each partition of {@link #REPORTS} has been judged, under its number. */
    WATERMARKS("mdm.watermarks", Cleanup.COMPACT, null, Set.of(ENGINE), Set.of(GATEWAY)),
    /** What is to be measured of rollouts, by their leader, and what was, by partition. Telemetry: it may be lost. */
    ANALYSIS("mdm.analysis", Cleanup.COMPACT, null, Set.of(ENGINE, OPERATOR), Set.of(ENGINE, OPERATOR)),
    CHECKPOINTS("mdm.checkpoints", Cleanup.DELETE, Duration.ofDays(400), Set.of(ENGINE), Set.of(OPERATOR)),
    DEAD_LETTERS("mdm.dead-letters", Cleanup.DELETE, Duration.ofDays(30), EnumSet.allOf(Principal.class), Set.of());

    /** The engine's Kafka Streams application id. */
    public static final String ENGINE_APPLICATION_ID = "mdm";

    /** The engine's store. */
    public static final String ENGINE_STORE = "state";

    /** Key of the one record per partition of {@link #STATE} that is not a device's; readers skip it. */
    public static final String ENGINE_HEAD_KEY = "#head";

    /**
     * How long {@link #COMMANDS} keeps a record that was replaced or removed. A budget is reckoned from the topic alone: it
     * must find every command whose release still counts, and whose successors may still wait, and a withdrawn command must
     * stay withdrawn. No command lives longer than 90 days; the longest window is a day.
     */
    public static final Duration COMMAND_HISTORY = Duration.ofDays(100);

    /** Partitions of every topic unless configured before the topics exist. */
    public static final int DEFAULT_PARTITIONS = 24;

    /** How old records go. */
    public enum Cleanup {
        DELETE,
        COMPACT
    }

    private final String topicName;
    private final Cleanup cleanup;
    private final @Nullable Duration retention;

    @SuppressWarnings("ImmutableEnumChecker") // Set.copyOf
    private final Set<Principal> writers;

    @SuppressWarnings("ImmutableEnumChecker") // Set.copyOf
    private final Set<Principal> readers;

    Topic(
            String topicName,
            Cleanup cleanup,
            @Nullable Duration retention,
            Set<Principal> writers,
            Set<Principal> readers) {
        this.topicName = topicName;
        this.cleanup = cleanup;
        this.retention = retention;
        this.writers = Set.copyOf(writers);
        this.readers = Set.copyOf(readers);
    }

    /** The name on the broker. */
    public String topicName() {
        return topicName;
    }

    /** How old records go. */
    public Cleanup cleanup() {
        return cleanup;
    }

    /** Who may write. */
    public Set<Principal> writers() {
        return writers;
    }

    /** Who may read. */
    public Set<Principal> readers() {
        return readers;
    }

    /** The topic's settings on the broker, sorted by name. */
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("max.message.bytes", Integer.toString(2 << 20));
        if (cleanup == Cleanup.COMPACT) {
            settings.put("cleanup.policy", "compact");
            settings.put("min.cleanable.dirty.ratio", "0.1");
            settings.put("delete.retention.ms", Long.toString(Duration.ofDays(7).toMillis()));
        } else {
            settings.put("cleanup.policy", "delete");
        }
        if (retention != null) {
            settings.put("retention.ms", Long.toString(retention.toMillis()));
        }
        if (this == COMMANDS) {
            // Budgets count by the broker's clock, which no principal of ours can set.
            settings.put("message.timestamp.type", "LogAppendTime");
            settings.put("min.compaction.lag.ms", Long.toString(COMMAND_HISTORY.toMillis()));
        }
        if (this == ANALYSIS) {
            // Each snapshot replaces the one before it, and the open segment is never compacted.
            settings.put("segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
        }
        if (this == WATERMARKS) {
            // An engine whose clock is ahead must not look alive after its end.
            settings.put("message.timestamp.type", "LogAppendTime");
            // The open segment is never compacted, and a reader starts at the beginning.
            settings.put("segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
        }
        return settings;
    }
}
