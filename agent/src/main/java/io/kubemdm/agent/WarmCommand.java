package io.kubemdm.agent;

import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.Departure;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Verifier;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Does what an agent does from its enrolment to its first heartbeat, against a server in this very process and below a
 * temporary root, so that the launcher can keep the classes. Changes nothing on the device.
 */
@Command(name = "warm", hidden = true, description = "Load classes for the launcher's class archive.")
final class WarmCommand implements Callable<Integer> {

    private static final DeviceId DEVICE = new DeviceId("warm", "warm");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public Integer call() throws Exception {
        DeviceKey key = new SoftwareKeys(new MemoryStore()).create("warm");
        DesiredOrder order =
                new DesiredOrder(DEVICE, 1, 1, Instant.EPOCH, List.of(new PolicyRef("p", "1", "sha256:0")), 60);
        new Verifier(List.of(key.publicKey()))
                .verify(JwsType.DESIRED, key.sign(JwsType.DESIRED, order), DesiredOrder.class);
        Path root = Files.createTempDirectory("kubemdm-agent-warm");
        NioEventLoopGroup sockets = new NioEventLoopGroup(1);
        DefaultEventExecutor thread = new DefaultEventExecutor();
        try (WarmGateway gateway = new WarmGateway(key, sockets)) {
            enroll(root, gateway);
            connect(root, sockets, thread);
        } finally {
            // The sockets first: what ends is told to the agent's thread.
            sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
            thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
            remove(root);
        }
        return 0;
    }

    private static void enroll(Path root, WarmGateway gateway) throws IOException {
        Path ca = Files.writeString(root.resolve("ca.pem"), Pem.of(gateway.certificate()));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int exit = Main.run(
                out,
                out,
                "enroll",
                "--root",
                root.toString(),
                "--server",
                "https://localhost:" + gateway.port(),
                "--gateway",
                "localhost:" + gateway.port(),
                "--ca",
                ca.toString(),
                "--token",
                DEVICE.namespace() + "/warm:warm");
        if (exit != 0) {
            throw new IllegalStateException("the archive would lack what enrolling needs: " + said);
        }
    }

    private static void connect(Path root, NioEventLoopGroup sockets, DefaultEventExecutor thread)
            throws InterruptedException {
        RootOptions options = RootOptions.below(root);
        AgentConfig config = options.config();
        Store store = options.store(config);
        Departure.Ground ground =
                new Departure.Ground(store, RootOptions.identities(store), options.acts(config, false));
        Departure.finish(ground);
        Identity identity = RootOptions.enrolled(store);
        WarmObserver observer = new WarmObserver(store, identity.device());
        Agent agent = new Agent(
                RunCommand.parts(options, config, ground, identity, new RunCommand.Threads(sockets, thread), observer));
        agent.start();
        observer.awaitHeartbeat(PATIENCE);
        agent.stop();
    }

    private static void remove(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
