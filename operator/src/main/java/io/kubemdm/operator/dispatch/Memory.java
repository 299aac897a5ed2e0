package io.kubemdm.operator.dispatch;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.CompactedTopic.Entry;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.intake.DeadLetters;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the predecessor left: reads decisions, desired, commands and revocations to the end, once, after it was fenced.
 * What cannot be read is set aside and the rest goes on.
 */
public record Memory(Issued issued, Decisions decisions) {

    /** Starts reading; the future completes when all is read. */
    public CompletableFuture<Void> read(KafkaAccess kafka, DeadLetters deadLetters) {
        CompactedTopic reader = CompactedTopic.read(
                kafka,
                "operator-memory",
                List.of(Topic.DECISIONS, Topic.DESIRED, Topic.COMMANDS, Topic.REVOCATIONS),
                entry -> take(entry, deadLetters));
        // The reader's own thread completes the future, so another one has to end it.
        return reader.caughtUp().thenRunAsync(reader::close);
    }

    private void take(Entry entry, DeadLetters deadLetters) {
        try {
            switch (entry.topic()) {
                case DECISIONS -> decisions.read(entry.key(), entry.value());
                case DESIRED -> takeDesired(entry);
                case COMMANDS -> takeCommand(entry);
                default -> takeRevocation(entry);
            }
        } catch (MalformedJson | IllegalArgumentException e) {
            deadLetters.write(entry, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void takeDesired(Entry entry) {
        DeviceId device = DeviceId.parse(entry.key());
        if (entry.value() == null) {
            issued.forgetDesired(device);
            return;
        }
        DesiredOrder order = SignedRecord.of(entry.value()).read(JwsType.DESIRED, DesiredOrder.class);
        requireSame(device, order.device());
        issued.put(order);
    }

    private void takeCommand(Entry entry) {
        int last = entry.key().lastIndexOf('/');
        if (last < 0) {
            throw new IllegalArgumentException("key is not namespace/device/id");
        }
        DeviceId device = DeviceId.parse(entry.key().substring(0, last));
        if (entry.value() == null) {
            issued.forget(device, entry.key().substring(last + 1));
            return;
        }
        SignedRecord signed = SignedRecord.of(entry.value());
        if (signed.is(JwsType.WITHDRAWN)) {
            WithdrawnOrder order = signed.read(JwsType.WITHDRAWN, WithdrawnOrder.class);
            requireSame(device, order.device());
            issued.put(order);
        } else {
            CommandOrder order = signed.read(JwsType.COMMAND, CommandOrder.class);
            requireSame(device, order.device());
            issued.put(order);
        }
    }

    private void takeRevocation(Entry entry) {
        if (entry.value() != null) {
            Revocation revocation = SignedRecord.of(entry.value()).read(JwsType.REVOCATION, Revocation.class);
            requireSame(DeviceId.parse(entry.key()), revocation.device());
            issued.put(revocation);
        }
    }

    private static void requireSame(DeviceId key, DeviceId value) {
        if (!key.equals(value)) {
            throw new IllegalArgumentException("key names " + key + ", value " + value);
        }
    }
}
