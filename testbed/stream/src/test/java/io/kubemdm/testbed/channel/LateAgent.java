package io.kubemdm.testbed.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.Agent;
import io.kubemdm.agent.AgentObserver;
import io.kubemdm.agent.AgentParts;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.wipe.SimulatedActs;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import io.kubemdm.protocol.trust.Pem;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The real agent on a device that was switched off until its certificate had ended. */
final class LateAgent implements AutoCloseable, AgentObserver {

    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    private final MemoryStore disk = new MemoryStore();
    private final IdentityStore identities = new IdentityStore(disk, new SoftwareKeys(disk));
    private final DeviceId device;
    private final X509Certificate certificate;
    private final Agent agent;
    private volatile boolean retired;

    LateAgent(Installation installation, int port) {
        DeviceKey key = new SoftwareKeys(disk).create("late");
        device = new DeviceId("acme", DeviceName.of(key.publicKey()));
        certificate = installation.ended(device, key.publicKey());
        Documents.write(
                disk,
                "identity.json",
                Map.of(
                        "device",
                        device,
                        "key",
                        "late",
                        "certificates",
                        List.of(Pem.of(certificate), pem(installation, "issuing.crt")),
                        "trust",
                        List.of(pem(installation, "ca.crt"), pem(installation, "orders.crt")),
                        "server",
                        "https://localhost:1",
                        "gateways",
                        List.of("localhost:" + port)));
        agent = new Agent(new AgentParts(
                disk,
                identities,
                List.of(new Endpoint("localhost", port)),
                new Drivers(List.of()),
                new Nameless(),
                new SimulatedActs(),
                Duration.ofSeconds(60),
                group,
                group.next(),
                null,
                null,
                Clock.systemUTC(),
                System::nanoTime,
                new SplittableRandom(7),
                this));
    }

    void start() {
        agent.start();
    }

    DeviceId device() {
        return device;
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Whether it has left management, its key gone. */
    boolean isGone() {
        return retired && identities.read() == null;
    }

    @Override
    public void onRetired() {
        retired = true;
    }

    @Override
    public void close() {
        agent.stop();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }

    private static String pem(Installation installation, String file) {
        try {
            return Files.readString(installation.folder().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Nameless implements FactSource {
        @Override
        public String osVersion() {
            return "Test 1";
        }

        @Override
        public Map<String, JsonNode> collect() {
            return Map.of();
        }
    }
}
