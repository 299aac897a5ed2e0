package io.kubemdm.agent;

import io.kubemdm.agent.driver.OshiFacts;
import io.kubemdm.agent.identity.EnrollFailed;
import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.Enrollment;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.ServerTrust;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.link.Link;
import io.kubemdm.agent.link.LinkSettings;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * Does what an agent does from its start to its first heartbeat, against a gateway in this very process, so that the
 * launcher can keep the classes. Changes nothing on the device.
 */
@Command(name = "warm", hidden = true, description = "Load classes for the launcher's class archive.")
final class WarmCommand implements Callable<Integer> {

    private static final DeviceId DEVICE = new DeviceId("warm", "warm");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public Integer call() throws Exception {
        var key = new SoftwareKeys(new MemoryStore()).create("warm");
        DesiredOrder order =
                new DesiredOrder(DEVICE, 1, 1, Instant.EPOCH, List.of(new PolicyRef("p", "1", "sha256:0")), 60);
        new Verifier(List.of(key.publicKey()))
                .verify(JwsType.DESIRED, key.sign(JwsType.DESIRED, order), DesiredOrder.class);
        NioEventLoopGroup sockets = new NioEventLoopGroup(1);
        DefaultEventExecutor thread = new DefaultEventExecutor();
        try (WarmGateway gateway = new WarmGateway(key, DEVICE, sockets)) {
            enroll(gateway);
            connect(gateway, sockets, thread);
        } finally {
            thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
        }
        return 0;
    }

    private static void enroll(WarmGateway gateway) {
        MemoryStore store = new MemoryStore();
        EnrollRequest request = new EnrollRequest(
                URI.create("https://localhost:" + gateway.port()),
                "warm",
                "warm",
                "warm",
                new ServerTrust.Roots(List.of(gateway.certificate())),
                List.of(),
                Map.of(),
                Duration.ZERO);
        try {
            new Enrollment(new IdentityStore(store, new SoftwareKeys(store)), Clock.systemUTC(), wait -> {})
                    .enroll(request);
        } catch (EnrollFailed expected) {
            // It speaks no EST; TLS and HTTP have had their turn.
        }
    }

    private static void connect(WarmGateway gateway, NioEventLoopGroup sockets, DefaultEventExecutor thread)
            throws InterruptedException {
        OshiFacts facts = new OshiFacts();
        WarmListener listener = new WarmListener(facts.osVersion());
        Link link = new Link(
                new LinkSettings(
                        DEVICE,
                        List.of(new Endpoint("localhost", gateway.port())),
                        gateway::client,
                        sockets,
                        thread,
                        null,
                        System::nanoTime,
                        new SplittableRandom(1)),
                new MemoryStore(),
                Clock.systemUTC(),
                listener);
        link.start();
        listener.awaitSession(PATIENCE);
        thread.submit(() -> link.report(new Heartbeat(Instant.EPOCH, 1, List.of(), facts.collect())))
                .awaitUninterruptibly(PATIENCE.toMillis());
        thread.submit(link::stop).awaitUninterruptibly(PATIENCE.toMillis());
    }
}
