package io.kubemdm.operator.engine;

import io.kubemdm.bus.AuditRecords;
import io.kubemdm.protocol.audit.AuditRecord;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.DeviceState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** One device's life as the engine tells it, without Kafka: judges, writes and keeps what would be on the log. */
final class History {

    @SuppressWarnings("ArrayRecordComponent")
    record Logged(Headers headers, byte[] value) {

        /** As an auditor reads it. */
        AuditRecord at(long offset) {
            return new AuditRecord(
                    0,
                    offset,
                    Reports.T0,
                    Reports.DEVICE.toString(),
                    AuditRecords.headers(headers),
                    new String(value, StandardCharsets.UTF_8));
        }
    }

    final List<Logged> log = new ArrayList<>();
    final List<DeviceEvent> events = new ArrayList<>();
    PartitionHead head = PartitionHead.EMPTY;

    @Nullable DeviceState state;

    private Instant now = Reports.T0;

    /** Judges a report a second after the last. */
    Verdict tell(Envelope<? extends Message> report) {
        now = now.plusMillis(1_003);
        Verdict verdict = Judge.decide(state, report);
        if (verdict instanceof Verdict.Transitions transitions) {
            long known = state == null ? 0 : state.epoch();
            write(
                    report.body() instanceof DeviceEnrolled ? report.epoch() : known,
                    report.body() instanceof AgentReport ? report.messageId() : MessageId.NONE,
                    transitions.events());
        }
        return verdict;
    }

    History told(List<? extends Envelope<? extends Message>> reports) {
        reports.forEach(this::tell);
        return this;
    }

    /** What a timer concludes. */
    void conclude(DeviceEvent event) {
        write(state().epoch(), MessageId.NONE, List.of(event));
    }

    DeviceState state() {
        return Objects.requireNonNull(state);
    }

    byte[] stateBytes() {
        return Scribe.stateBytes(state());
    }

    List<String> eventNames() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    private void write(long epoch, MessageId cause, List<DeviceEvent> decided) {
        Scribe.Page page =
                Scribe.write(state, head, new Scribe.Occasion(Reports.DEVICE, epoch, now, cause, null), decided);
        page.entries().forEach(entry -> {
            log.add(new Logged(EventFormat.headers(entry.record()), entry.value()));
            events.add(entry.record().event());
        });
        state = page.state();
        head = page.head();
    }
}
