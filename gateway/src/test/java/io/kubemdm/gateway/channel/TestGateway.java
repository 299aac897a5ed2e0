package io.kubemdm.gateway.channel;

import io.kubemdm.bus.DeadLetter;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.gateway.downlink.DownlinkFeed;
import io.kubemdm.gateway.downlink.DownlinkMeters;
import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.gateway.peer.DeviceTrust;
import io.kubemdm.gateway.peer.ServerIdentity;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.gateway.uplink.InFlightBudget;
import io.kubemdm.gateway.uplink.Uplink;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The channel on a real port with real TLS. Kafka is not real: the producer stores what the test lets it, the ledger says
 * what the test tells it, orders are handed to the downlink directly.
 */
final class TestGateway implements AutoCloseable {

    static final ChannelLimits LIMITS = new ChannelLimits(
            8,
            4,
            1 << 20,
            Duration.ofSeconds(1),
            Duration.ofMillis(1500),
            Duration.ofMillis(300),
            Duration.ofSeconds(2));

    final TestPki pki;
    final MockProducer<String, byte[]> kafka;
    final Map<String, Authorization> ledger = new ConcurrentHashMap<>();
    final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();
    final Sessions sessions = new Sessions(LIMITS.maxSessions());
    final InFlightBudget budget = new InFlightBudget(1 << 20, sessions::relieve);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Downlink downlink;
    final int port;

    private final Vertx vertx = Vertx.vertx();
    private final Uplink uplink;
    private final ChannelServer server;

    TestGateway(TestPki pki, TlsEngine engine, boolean kafkaStoresAtOnce) {
        this.pki = pki;
        this.kafka = new MockProducer<>(kafkaStoresAtOnce, null, new StringSerializer(), new ByteArraySerializer());
        this.downlink = DownlinkFeed.open(new Downlink.Parts(
                () -> pki.trust().verifier(KeyUse.ORDERS, Instant.now()),
                sessions,
                deadLetters::add,
                Clock.systemUTC(),
                DownlinkFeed.fleet(1),
                DownlinkFeed.LIMITS,
                new DownlinkMeters(meters)));
        this.uplink = new Uplink("test-uplink", () -> kafka, budget);
        SessionParts parts = new SessionParts(
                "gateway-0",
                "here",
                Clock.systemUTC(),
                LIMITS,
                new Register() {
                    @Override
                    public Authorization authorize(PresentedCertificate certificate) {
                        return ledger.getOrDefault(certificate.fingerprint(), new Authorization.Unlisted());
                    }

                    @Override
                    public long revision() {
                        return ledger.hashCode();
                    }
                },
                sessions,
                uplink,
                budget,
                downlink,
                new ChannelMeters(meters));
        ServerIdentity identity = new ServerIdentity(
                Pem.of(pki.server().certificate()), Pem.of(pki.server().keys().getPrivate()));
        DeviceTrust trust = new DeviceTrust(List.of(pki.root().certificate()), Clock.systemUTC());
        this.server = new ChannelServer(vertx, engine.apply(new HttpServerOptions(), identity, trust), parts);
        this.port = server.listen("127.0.0.1", 0, 1)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** A device's certificate, in the ledger. */
    TestPki.Member enrolled(DeviceId device) {
        TestPki.Member member = DeviceCertificates.issue(pki, device);
        list(member, device);
        return member;
    }

    void list(TestPki.Member member, DeviceId device) {
        Instant now = Instant.now();
        ledger.put(
                PresentedCertificate.fingerprint(member.certificate()),
                new Authorization.Listed(device, 1, now, now.plus(Duration.ofDays(30))));
    }

    /** The ledger finds that the certificate has ended. */
    void end(TestPki.Member member, DeviceId device) {
        ledger.put(
                PresentedCertificate.fingerprint(member.certificate()),
                new Authorization.Expired(
                        device, 1, member.certificate().getNotAfter().toInstant()));
    }

    void revoke(TestPki.Member member, DeviceId device) {
        revokeUnheard(member, device);
        sessions.doubt(device);
    }

    /** As when the ledger's reader is ahead of the commands': nobody has been told to look yet. */
    void revokeUnheard(TestPki.Member member, DeviceId device) {
        ledger.put(
                PresentedCertificate.fingerprint(member.certificate()),
                new Authorization.Revoked(device, 1, Instant.now()));
    }

    TestAgent connect(TestPki.Member member) {
        return TestAgent.connect(DeviceCertificates.client(pki, member), port);
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        uplink.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
