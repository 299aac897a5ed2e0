package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.trust.SignatureRefused;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where records go that are no orders: counted by reason, logged, and set aside as dead letters. */
final class RefusedOrders {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedOrders.class);

    private final Consumer<DeadLetter> deadLetters;
    private final DownlinkMeters meters;

    RefusedOrders(Consumer<DeadLetter> deadLetters, DownlinkMeters meters) {
        this.deadLetters = deadLetters;
        this.meters = meters;
    }

    /** A record, as it was read. */
    void bury(CompactedTopic.Entry entry, OrderRefusal reason, String message) {
        bury(
                reason,
                new DeadLetter(
                        entry.topic().topicName(),
                        entry.partition(),
                        entry.offset(),
                        Principal.GATEWAY.user(),
                        reason + ": " + message,
                        entry.key(),
                        entry.value()));
    }

    /** An order that stood and turns out not to be the operator's. */
    void bury(Order order, SignatureRefused refused) {
        Topic topic = order instanceof Order.Desired ? Topic.DESIRED : Topic.COMMANDS;
        String key = order instanceof Order.OfCommand command
                ? order.device() + "/" + command.id()
                : order.device().toString();
        bury(
                OrderRefusal.of(refused),
                new DeadLetter(
                        topic.topicName(),
                        order.source().partition(),
                        order.source().offset(),
                        Principal.GATEWAY.user(),
                        refused.reason() + ": " + refused.getMessage(),
                        key,
                        order.jws().getBytes(StandardCharsets.UTF_8)));
    }

    private void bury(OrderRefusal reason, DeadLetter letter) {
        LOG.warn(
                "order refused topic={} partition={} offset={} key={} reason={}",
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.key(),
                letter.reason());
        meters.refused(letter.topic(), reason);
        deadLetters.accept(letter);
    }
}
