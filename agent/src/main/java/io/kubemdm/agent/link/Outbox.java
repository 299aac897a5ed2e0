package io.kubemdm.agent.link;

import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers what the agent says and keeps what must not be lost until the gateway has acknowledged it, on disk and in
 * order of {@link MessageId}. Used by one thread.
 */
public final class Outbox {

    /** Above this many waiting reports, corrected drift is only logged; everything else is always kept. */
    public static final int CAPACITY = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final String FOLDER = "outbox";

    private final Store store;
    private final DeviceId device;
    private final long boot;
    private final NavigableMap<MessageId, Envelope<Message>> waiting = new TreeMap<>();
    private long n;
    private StoreFailed.@Nullable Kind trouble;

    /** The outbox of the boot-th start, with what earlier ones of the same identity left behind. */
    public Outbox(Store store, DeviceId device, long boot) {
        this.store = store;
        this.device = device;
        this.boot = boot;
        for (String name : store.list(FOLDER)) {
            byte[] content = store.read(name);
            if (content != null) {
                load(name, content);
            }
        }
    }

    private void load(String name, byte[] content) {
        try {
            Envelope<Message> left = Envelopes.fromJson(content);
            if (!device.equals(left.subject())) {
                LOG.info("outbox entry dropped file={} reason=OtherIdentity", name);
                store.delete(name);
                return;
            }
            waiting.put(left.messageId(), left);
            if (left.messageId().boot() == boot) {
                n = Math.max(n, left.messageId().n());
            }
        } catch (MalformedJson e) {
            LOG.warn("outbox entry dropped file={} reason={}", name, e.getMessage());
            store.delete(name);
        }
    }

    /**
     * Numbers a report and, unless it is a heartbeat, keeps it. When the disk refuses it is kept in memory and sent all
     * the same.
     *
     * @return null when there was no room for it
     */
    public @Nullable Envelope<Message> add(AgentReport report, Instant now) {
        if (report instanceof DriftCorrected && waiting.size() >= CAPACITY) {
            LOG.warn("report dropped reason=OutboxFull waiting={}", waiting.size());
            return null;
        }
        Envelope<Message> envelope = number(report, now);
        if (!(report instanceof Heartbeat)) {
            waiting.put(envelope.messageId(), envelope);
            persist(envelope);
        }
        return envelope;
    }

    /** Numbers a message that is asked again rather than kept. */
    public Envelope<Message> number(AgentMessage message, Instant now) {
        MessageId id = new MessageId(boot, ++n);
        return new Envelope<>(id.boot() + "-" + id.n(), "/agent", device, now, 0, id, null, message);
    }

    /** Everything unacknowledged, oldest first. */
    public List<Envelope<Message>> waiting() {
        return List.copyOf(waiting.values());
    }

    /** Forgets everything up to and including {@code upTo}. */
    public void acknowledged(MessageId upTo) {
        NavigableMap<MessageId, Envelope<Message>> done = waiting.headMap(upTo, true);
        for (MessageId id : List.copyOf(done.keySet())) {
            remove(id);
        }
    }

    /** Forgets one message. */
    public void remove(MessageId id) {
        if (waiting.remove(id) != null) {
            try {
                store.delete(name(id));
            } catch (StoreFailed e) {
                // It will be sent once more after a restart, which its number makes harmless.
                failed(e);
            }
        }
    }

    /** Tries again to persist what the disk refused before. */
    public void persistAll() {
        if (trouble != null) {
            trouble = null;
            for (Envelope<Message> envelope : waiting.values()) {
                if (trouble == null) {
                    persist(envelope);
                }
            }
        }
    }

    /** What the disk refuses at the moment, null when all is well. */
    public StoreFailed.@Nullable Kind trouble() {
        return trouble;
    }

    private void persist(Envelope<Message> envelope) {
        try {
            store.write(name(envelope.messageId()), Envelopes.toJson(envelope));
            trouble = null;
        } catch (StoreFailed e) {
            failed(e);
        }
    }

    private void failed(StoreFailed e) {
        if (trouble == null) {
            LOG.error("outbox is not persisted: {}", e.getMessage());
        }
        trouble = e.kind();
    }

    private static String name(MessageId id) {
        return String.format(Locale.ROOT, "%s/%016d-%016d.json", FOLDER, id.boot(), id.n());
    }
}
