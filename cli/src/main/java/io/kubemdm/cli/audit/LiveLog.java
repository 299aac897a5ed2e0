package io.kubemdm.cli.audit;

import io.kubemdm.protocol.audit.AuditLine;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The log as the operator tells it now. Of each partition the signed heads are read before the events: the log then
 * reaches at least as far as any of them.
 */
final class LiveLog implements AuditSource {

    private final QueryClient client;
    private final InstantSource clock;

    LiveLog(QueryClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public void read(Consumer<AuditLine> to) throws IOException {
        List<AuditLine.Partition> partitions = new ArrayList<>();
        client.read("/v1/partitions", line -> {
            if (line.partition() != null) {
                partitions.add(line.partition());
            }
        });
        to.accept(AuditLine.of(new AuditLine.Begin(
                AuditLine.VERSION, clock.instant().truncatedTo(ChronoUnit.MILLIS), partitions.size())));
        AtomicLong events = new AtomicLong();
        for (AuditLine.Partition partition : partitions) {
            to.accept(AuditLine.of(partition));
            client.pages("/v1/heads?partition=" + partition.number(), to);
            client.pages("/v1/events?partition=" + partition.number(), line -> {
                events.incrementAndGet();
                to.accept(line);
            });
        }
        to.accept(AuditLine.of(new AuditLine.End(events.get())));
    }
}
