package io.kubemdm.testbed.counted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSObject;
import io.kubemdm.agent.Agent;
import io.kubemdm.agent.AgentObserver;
import io.kubemdm.agent.AgentParts;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.driver.SimulatedDriver;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.Departure;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.testbed.history.Line;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** The agent's process of a {@link CountedDevice}: {@code CountedAgent FOLDER}. Ends when the device has left. */
public final class CountedAgent {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private CountedAgent() {}

    /** Entry point. */
    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        Store store = new DiskStore(folder.resolve(CountedDevice.STORE));
        SideFile notes = new SideFile(folder.resolve(CountedDevice.NOTES));
        Departure.Ground ground = new Departure.Ground(
                store, new IdentityStore(store, new SoftwareKeys(store)), new CountedActs(store, folder, notes));
        Identity identity =
                Departure.finish(ground) == null ? ground.identities().read() : null;
        if (identity == null) {
            Documents.write(store, CountedDevice.GONE, true);
            System.exit(0);
        }
        CountDownLatch gone = new CountDownLatch(1);
        new Agent(parts(ground, identity, new Noting(store, notes, gone))).start();
        gone.await();
        System.exit(0);
    }

    private static AgentParts parts(Departure.Ground ground, Identity identity, AgentObserver observer) {
        return new AgentParts(
                ground.store(),
                ground.identities(),
                identity.gateways().stream().map(Endpoint::parse).toList(),
                new Drivers(List.<Driver>of(new SimulatedDriver("sysctl"))),
                new NoFacts(),
                ground.acts(),
                HEARTBEAT,
                new NioEventLoopGroup(1),
                new DefaultEventExecutor(),
                null,
                null,
                Clock.systemUTC(),
                System::nanoTime,
                new SplittableRandom(ProcessHandle.current().pid()),
                observer);
    }

    /** Notes receipts, and whether there is a session. */
    private record Noting(Store store, SideFile notes, CountDownLatch gone) implements AgentObserver {

        @Override
        public void onAccepted(SessionAccepted accepted) {
            Documents.write(store, CountedDevice.LINK, ProcessHandle.current().pid());
        }

        @Override
        public void onClosed(CloseCause cause) {
            store.delete(CountedDevice.LINK);
        }

        @Override
        public void onReported(AgentReport report, MessageId id) {
            if (report instanceof ReceiptHandedIn receipt) {
                byte[] signed = signed(receipt.receipt());
                notes.note(new Line.HandedIn(
                        receipt.id(),
                        Digest.of(signed),
                        Json.read(signed, Receipt.class).outcome() == Receipt.Outcome.Completed));
            }
        }

        private static byte[] signed(String receipt) {
            try {
                return JWSObject.parse(receipt).getPayload().toBytes();
            } catch (ParseException e) {
                throw new IllegalStateException("the agent hands in what is no JWS", e);
            }
        }

        @Override
        public void onRetired() {
            Documents.write(store, CountedDevice.GONE, true);
            gone.countDown();
        }
    }

    private static final class NoFacts implements FactSource {
        @Override
        public String osVersion() {
            return "Counted 1";
        }

        @Override
        public Map<String, JsonNode> collect() {
            ObjectNode none = Json.mapper().createObjectNode();
            return Map.of("hostname", none.textNode("counted"));
        }
    }
}
