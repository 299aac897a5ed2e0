package io.kubemdm.operator.engine;

import io.kubemdm.bus.AuditRecords;
import io.kubemdm.protocol.audit.EventChain;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.state.DeviceState;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A partition's states and head, folded from its log record by record. Not for several threads. */
final class Rebuilding {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuilding.class);

    private final int partition;
    private final EventFormat format;
    private final Map<DeviceId, DeviceState> states = new HashMap<>();
    private PartitionHead head = PartitionHead.EMPTY;
    private long records;
    private long flaws;

    Rebuilding(int partition, EventFormat format) {
        this.partition = partition;
        this.format = format;
    }

    /**
     * The next record of the log. A broken link or sequence is told and folded all the same: the log is what there is.
     *
     * @throws io.kubemdm.protocol.json.MalformedJson when this version cannot read it
     */
    void accept(long offset, Headers headers, byte[] value) {
        EventRecord event = format.read(headers, value);
        if (records > 0 && !event.previous().equals(head.chain())) {
            flaw("chain broken", offset, event);
        }
        DeviceState state = states.get(event.device());
        if (state != null && event.sequence() != state.sequence() + 1) {
            flaw("sequence broken", offset, event);
        }
        // A history whose beginning retention took is told again by its next snapshot.
        if (state != null || Fold.begins(event)) {
            states.put(event.device(), Fold.evolve(state, event));
        }
        // As it lies on the log: what this version would write of an older event is not what was hashed.
        head = head.after(
                event,
                EventChain.hash(event.device().toString(), AuditRecords.headers(headers), value, event.previous()));
        records++;
    }

    private void flaw(String what, long offset, EventRecord event) {
        flaws++;
        LOG.error(
                "{} partition={} offset={} device={} seq={}",
                what,
                partition,
                offset,
                event.device(),
                event.sequence());
    }

    PartitionHead head() {
        return head;
    }

    Map<DeviceId, DeviceState> states() {
        return Collections.unmodifiableMap(states);
    }

    long records() {
        return records;
    }

    long flaws() {
        return flaws;
    }
}
