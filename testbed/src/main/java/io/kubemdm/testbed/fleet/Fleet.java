package io.kubemdm.testbed.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.Enrollment;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.store.MemoryStore;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Simulated devices that share a few event loops. Devices are added by enrolling them through the real service. */
public final class Fleet implements AutoCloseable {

    private static final long CLOSE_SECONDS = 10;
    private static final int FACT_CHARACTERS = 1_500;

    private final FleetSettings settings;
    private final FleetListener listener;
    private final FleetCounts counts = new FleetCounts();
    private final NioEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final FactSource facts = new SharedFacts();

    /** A fleet without devices. */
    public Fleet(FleetSettings settings, FleetListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.group = new NioEventLoopGroup(settings.threads(), new DefaultThreadFactory("fleet", true));
        for (int i = 0; i < settings.threads(); i++) {
            loops.add(group.next());
        }
    }

    /**
     * Enrols {@code count} devices over EST, {@code parallel} at a time, and returns them unstarted.
     *
     * @throws io.kubemdm.agent.identity.EnrollFailed inside a CompletionException, when one is refused
     */
    public List<SimulatedDevice> enrol(EnrollRequest request, int count, int parallel) {
        ExecutorService workers = Executors.newFixedThreadPool(parallel, new DefaultThreadFactory("fleet-enrol", true));
        try {
            int first = devices.size();
            List<CompletableFuture<SimulatedDevice>> enrolling = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = first + i;
                enrolling.add(CompletableFuture.supplyAsync(() -> enrolOne(request, number), workers));
            }
            List<SimulatedDevice> enrolled =
                    enrolling.stream().map(CompletableFuture::join).toList();
            devices.addAll(enrolled);
            return enrolled;
        } finally {
            workers.shutdownNow();
        }
    }

    private SimulatedDevice enrolOne(EnrollRequest request, int number) {
        MemoryStore store = new MemoryStore();
        IdentityStore identities = new IdentityStore(store, new SoftwareKeys(store));
        Identity identity = new Enrollment(
                        identities, Clock.systemUTC(), (wait, because) -> TimeUnit.NANOSECONDS.sleep(wait.toNanos()))
                .enroll(request);
        return new SimulatedDevice(this, number, store, identity);
    }

    /** Starts every device that is not to stay offline, their connections spread evenly over {@code ramp}. */
    public void start(Duration ramp) {
        start(devices, ramp);
    }

    /** Starts these devices likewise, of which none runs. */
    public void start(List<SimulatedDevice> some, Duration ramp) {
        List<SimulatedDevice> online =
                some.stream().filter(device -> !device.staysOffline()).toList();
        for (int i = 0; i < online.size(); i++) {
            online.get(i).start(ramp.multipliedBy(i).dividedBy(online.size()));
        }
    }

    /** All devices, in the order they enrolled. */
    public List<SimulatedDevice> devices() {
        return List.copyOf(devices);
    }

    /** Running totals. */
    public FleetCounts counts() {
        return counts;
    }

    FleetSettings settings() {
        return settings;
    }

    FleetListener listener() {
        return listener;
    }

    FactSource facts() {
        return facts;
    }

    EventLoop loop(int number) {
        return loops.get(number % loops.size());
    }

    /** Closes every session and the event loops. */
    @Override
    public void close() {
        devices.forEach(SimulatedDevice::stop);
        group.shutdownGracefully(100, CLOSE_SECONDS * 1000, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS * 1000);
    }

    /** Facts of the size a real device has, the same object for all. */
    private static final class SharedFacts implements FactSource {
        private final Map<String, JsonNode> facts = Map.of(
                "hostname", TextNode.valueOf("simulated"),
                "simulation", TextNode.valueOf("x".repeat(FACT_CHARACTERS)));

        @Override
        public String osVersion() {
            return "Simulated 1";
        }

        @Override
        public Map<String, JsonNode> collect() {
            return facts;
        }
    }
}
