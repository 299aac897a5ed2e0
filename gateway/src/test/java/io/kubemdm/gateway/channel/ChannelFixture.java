package io.kubemdm.gateway.channel;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.SessionAccepted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Gateways and agents of a test, and what is told of them; all are closed after it. */
abstract class ChannelFixture {

    static final TestPki PKI = TestPki.create();
    static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    static final DeviceId OTHER = DeviceId.parse("acme/d-2");

    private final List<AutoCloseable> opened = new ArrayList<>();

    <C extends AutoCloseable> C opened(C resource) {
        opened.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    TestGateway gateway(TlsEngine engine, boolean kafkaStoresAtOnce) {
        return opened(new TestGateway(PKI, engine, kafkaStoresAtOnce));
    }

    TestAgent connect(TestGateway gateway, TestPki.Member member) {
        return opened(gateway.connect(member));
    }

    TestAgent greeted(TestGateway gateway, TestPki.Member member, long session) {
        TestAgent agent = connect(gateway, member);
        agent.hello(session);
        agent.next(SessionAccepted.class);
        return agent;
    }

    static List<Envelope<Message>> reports(TestGateway gateway) {
        return gateway.kafka.history().stream()
                .map(each -> EnvelopeBinding.fromRecord(each.headers(), each.value()))
                .toList();
    }

    static double closed(TestGateway gateway, CloseCause cause) {
        return gateway.meters
                .counter("kubemdm.channel.closed", "cause", cause.name())
                .count();
    }
}
