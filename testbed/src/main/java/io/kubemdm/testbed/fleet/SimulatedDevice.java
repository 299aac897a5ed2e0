package io.kubemdm.testbed.fleet;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.wipe.SimulatedActs;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.SessionAccepted;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One device of a fleet: a real agent on memory. It can be killed and started again on what it remembers. */
public final class SimulatedDevice {

    /** Every settings key of the API. */
    private static final List<String> KEYS = List.of(
            "password",
            "screenLock",
            "diskEncryption",
            "firewall",
            "updates",
            "wifi",
            "vpn",
            "trustedCertificates",
            "files",
            "sysctl",
            "usbStorage",
            "camera",
            "packages");

    private final Fleet fleet;
    private final int number;
    private final MemoryStore store;
    private final IdentityStore identities;
    private final DeviceId id;
    private final EventLoop loop;
    private final Map<String, JsonNode> facts = new ConcurrentHashMap<>(1);
    private final @Nullable Fortune fortune;
    private volatile @Nullable Agent agent;
    private volatile boolean connected;

    SimulatedDevice(Fleet fleet, int number, MemoryStore store, Identity identity) {
        this.fleet = fleet;
        this.number = number;
        this.store = store;
        this.identities = new IdentityStore(store, new SoftwareKeys(store));
        this.id = identity.device();
        this.loop = fleet.loop(number);
        Scenario scenario = fleet.settings().scenario();
        this.fortune = scenario.isNone()
                ? null
                : new Fortune(scenario, number, fleet.settings().seed());
    }

    /** Its address. */
    public DeviceId id() {
        return id;
    }

    /** Whether a session stands. */
    public boolean isConnected() {
        return connected;
    }

    /** Whether its scenario never lets it connect. */
    public boolean staysOffline() {
        return fleet.settings().scenario().isOffline(number);
    }

    /** With what it proves who it is. */
    public Identity identity() {
        Identity identity = identities.read();
        if (identity == null) {
            throw new IllegalStateException(id + " is no longer enrolled");
        }
        return identity;
    }

    /** What its agent remembers. */
    public MemoryStore store() {
        return store;
    }

    /** Starts its agent, which connects after {@code delay}. */
    public void start(Duration delay) {
        Agent started = new Agent(parts());
        agent = started;
        started.startAfter(delay);
    }

    /** Has its running agent report something. */
    public void tell(AgentReport report) {
        Agent running = agent;
        if (running == null) {
            throw new IllegalStateException(id + " is not started");
        }
        running.tell(report);
    }

    /** From its next heartbeat on, this is so on the device. */
    public void fact(String name, JsonNode value) {
        facts.put(name, value);
    }

    /** Closes the session; the store keeps what a killed process would leave on disk. */
    public void stop() {
        Agent running = agent;
        if (running != null) {
            running.stop();
            agent = null;
        }
    }

    private AgentParts parts() {
        FleetSettings settings = fleet.settings();
        List<InetAddress> sources = settings.sources();
        return new AgentParts(
                store,
                identities,
                settings.gateways(),
                new Drivers(KEYS.stream().map(this::driver).toList()),
                new OwnFacts(),
                new SimulatedActs(),
                settings.heartbeat(),
                loop,
                loop,
                sources.isEmpty() ? null : sources.get(number % sources.size()),
                null,
                Clock.systemUTC(),
                System::nanoTime,
                new SplittableRandom(settings.seed() * 1_000_003 + number),
                new Observer());
    }

    private Driver driver(String key) {
        Fortune mine = fortune;
        return mine == null ? new SimulatedDriver(key) : new FallibleDriver(key, mine::refusesToSet);
    }

    /** What is the same for all, and what is so or was said of this one. */
    private final class OwnFacts implements FactSource {
        @Override
        public String osVersion() {
            return fleet.facts().osVersion();
        }

        @Override
        public Map<String, JsonNode> collect() {
            if (facts.isEmpty() && fortune == null) {
                return fleet.facts().collect();
            }
            Map<String, JsonNode> all = new LinkedHashMap<>(fleet.facts().collect());
            if (fortune != null) {
                fortune.measure(all);
            }
            all.putAll(facts);
            return all;
        }
    }

    private record Outstanding(MessageId id, AgentReport report) {}

    /** Turns the agent's words into the fleet's, and cumulative acknowledgements into single ones. */
    private final class Observer implements AgentObserver {
        private final Deque<Outstanding> outstanding = new ArrayDeque<>(2);

        @Override
        public void onAccepted(SessionAccepted accepted) {
            connected = true;
            fleet.counts().connected(1);
            fleet.listener().onConnected(id, System.nanoTime());
        }

        @Override
        public void onClosed(CloseCause cause) {
            if (connected) {
                connected = false;
                fleet.counts().connected(-1);
            }
            fleet.listener().onClosed(id, cause, System.nanoTime());
        }

        @Override
        public void onOrderReceived(OrderIssued order) {
            if (fortune != null) {
                fortune.ordered(order);
            }
            fleet.counts().ordered();
            fleet.listener().onOrderReceived(id, order, System.nanoTime());
        }

        @Override
        public void onReported(AgentReport report, MessageId number) {
            outstanding.addLast(new Outstanding(number, report));
            if (fortune != null && report instanceof PolicyReported policy) {
                fortune.reported(policy);
            }
            fleet.counts().reported();
            fleet.listener().onReported(id, number, report, System.nanoTime());
        }

        @Override
        public void onAcknowledged(MessageId upTo) {
            while (!outstanding.isEmpty() && outstanding.getFirst().id().compareTo(upTo) <= 0) {
                Outstanding done = outstanding.removeFirst();
                fleet.counts().acknowledged();
                fleet.listener().onAcknowledged(id, done.id(), done.report(), System.nanoTime());
            }
        }

        @Override
        public void onRetired() {
            fleet.listener().onRetired(id, System.nanoTime());
        }
    }
}
