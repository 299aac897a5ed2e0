package io.kubemdm.operator.engine;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Partitions;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Takes records of {@code mdm.reports} apart; whatever is wrong with one is said in a sentence. */
final class ReportReader {

    private ReportReader() {}

    /** A record that cannot be judged; becomes a dead letter. */
    static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason);
        }
    }

    /**
     * A report, with the device it is about.
     *
     * @param key {@code namespace/device}, the record's key
     */
    record Read(String key, DeviceId device, Envelope<Message> report) {

        /** The body's simple name, for logs and meters. */
        String kind() {
            return report.body().getClass().getSimpleName();
        }
    }

    /** Reads a record found in {@code partition} of {@code count}. */
    static Read read(Record<String, byte[]> record, int partition, int count) throws Unreadable {
        String key = record.key();
        byte[] value = record.value();
        if (key == null || value == null) {
            throw new Unreadable(key == null ? "a record without key" : "a record without value");
        }
        Envelope<Message> report = envelope(record, value);
        @Nullable DeviceId device = report.subject();
        if (device == null || !device.toString().equals(key)) {
            throw new Unreadable("key and subject differ");
        }
        int belongs = Partitions.of(key, count);
        if (belongs != partition) {
            throw new Unreadable("found in partition " + partition + ", the key belongs in " + belongs);
        }
        return new Read(key, device, report);
    }

    private static Envelope<Message> envelope(Record<String, byte[]> record, byte[] value) throws Unreadable {
        try {
            return EnvelopeBinding.fromRecord(record.headers(), value);
        } catch (RuntimeException | StackOverflowError e) {
            // Headers are foreign input too: whatever the libraries make of them, the record is at fault.
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
    }
}
