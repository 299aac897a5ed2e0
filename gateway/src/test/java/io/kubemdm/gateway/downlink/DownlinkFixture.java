package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.KeyUse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A downlink that is fed records, and what comes of them: orders to one connected device, dead letters, meters. */
abstract class DownlinkFixture {

    static final TestPki PKI = TestPki.create();
    static final DeviceId DEVICE = DeviceId.parse("acme/d-1");

    /** Within the life of the certificates, which begin at the test's start. */
    static final Instant NOW =
            PKI.root().certificate().getNotBefore().toInstant().plus(Duration.ofDays(2));

    /** Before the records' own times, which are real. */
    static final Instant PAST = NOW.minus(Duration.ofDays(10));

    static final Instant LATER = NOW.plus(Duration.ofDays(1));
    final Orders orders = new Orders(PKI.orders());
    final Orders forged = new Orders(TestPki.create().orders());
    final List<Order> delivered = new ArrayList<>();
    final List<DeadLetter> dead = new ArrayList<>();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    final Downlink downlink = DownlinkFeed.open(new Downlink.Parts(
            () -> PKI.trust().verifier(KeyUse.ORDERS, NOW),
            device -> device.equals(DEVICE) ? delivered::add : null,
            dead::add,
            Clock.fixed(NOW, ZoneOffset.UTC),
            DownlinkFeed.fleet(1),
            DownlinkFeed.LIMITS,
            new DownlinkMeters(registry)));

    /** The same record at another place. */
    static CompactedTopic.Entry at(CompactedTopic.Entry entry, long offset) {
        return new CompactedTopic.Entry(
                entry.topic(), entry.key(), entry.value(), entry.partition(), offset, entry.timestamp());
    }
}
