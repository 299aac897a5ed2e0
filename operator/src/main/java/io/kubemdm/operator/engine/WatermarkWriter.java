package io.kubemdm.operator.engine;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Says for one partition, every {@link #RHYTHM}, how far it has been judged. It goes out in the transaction of Kafka
 * Streams, behind the states it speaks of: an engine that was fenced can commit neither. On the partition's thread only.
 */
final class WatermarkWriter {

    static final Duration RHYTHM = Duration.ofSeconds(5);

    private final ProcessorContext<String, Outgoing> context;
    private final int partition;
    private final EngineParts parts;
    private @Nullable Instant written;

    WatermarkWriter(ProcessorContext<String, Outgoing> context, EngineParts parts) {
        this.context = context;
        this.partition = context.taskId().partition();
        this.parts = parts;
    }

    /** Writes where the partition stands, unless that is not known or no further than before. */
    void tick() {
        Instant through = parts.punctuality().judgedThrough(partition);
        if (through == null || through.equals(written)) {
            return;
        }
        written = through;
        byte[] value = Json.write(new Watermark(partition, through.truncatedTo(ChronoUnit.MILLIS)));
        context.forward(
                new Record<>(
                        Integer.toString(partition),
                        new Outgoing(partition, value),
                        parts.clock().millis(),
                        new RecordHeaders()),
                EngineTopology.WATERMARKS);
        parts.meters().watermark();
    }
}
