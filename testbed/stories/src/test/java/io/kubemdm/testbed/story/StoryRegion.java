package io.kubemdm.testbed.story;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.BrokerLayout;
import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.region.Region;
import io.kubemdm.testbed.region.RegionCommand;
import io.kubemdm.testbed.region.RegionFolder;
import io.kubemdm.testbed.region.SharedRegion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/**
 * The region that the stories share with all other tests of a run. {@code KUBEMDM_STORY_REGION=.region} lets them run on
 * the one that {@code make up} started instead.
 */
public final class StoryRegion {

    private static final StoryRegion SHARED = start();

    private final Checkout checkout;
    private final Region region;
    private final Map<Tenants, CompletableFuture<Void>> enrolments = new ConcurrentHashMap<>();
    private final Executor enrolling =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

    private StoryRegion(Checkout checkout, Region region) {
        this.checkout = checkout;
        this.region = region;
    }

    private static StoryRegion start() {
        // Asking means a process of kubectl, which takes half a second of a processor.
        Awaitility.setDefaultPollInterval(Duration.ofMillis(500));
        Checkout checkout = Checkout.ofWorkingDirectory();
        String running = System.getenv("KUBEMDM_STORY_REGION");
        return new StoryRegion(
                checkout,
                running == null ? SharedRegion.get() : new Region(checkout, new RegionFolder(checkout.path(running))));
    }

    /** The region; it runs. */
    static StoryRegion shared() {
        return SHARED;
    }

    /** Its files. */
    public RegionFolder folder() {
        return region.folder();
    }

    /** The samples' folder of a story. */
    public Path sample(String story) {
        return checkout.path("samples").resolve(story);
    }

    /** kubectl as the administrator. */
    public Kubectl kubectl() {
        return new Kubectl(folder().bin().resolve("kubectl"), folder().kubeconfig());
    }

    /** What {@code make env} sets. */
    Map<String, String> variables() {
        Map<String, String> variables =
                new TreeMap<>(region.state().orElseThrow().addresses());
        variables.put("KUBECONFIG", folder().kubeconfig().toString());
        return variables;
    }

    /** Where the real gateway listens on this machine. */
    int gatewayPort() {
        String address = region.state().orElseThrow().addresses().get("KUBEMDM_GATEWAY_URL");
        if (address == null) {
            throw new IllegalStateException("the region tells no KUBEMDM_GATEWAY_URL");
        }
        return Integer.parseInt(address.replaceAll(".*:(\\d+).*", "$1"));
    }

    /** A broker's account that may do everything. */
    BrokerLayout broker() {
        return BrokerLayout.in(folder().kafka(), checkout, Set.of());
    }

    /** A tenant with as many devices as its story needs, enrolled by themselves and running. */
    Tenant tenant(Tenants wanted) {
        enrolment(wanted).join();
        enrolNext();
        Tenant tenant = new Tenant(this, wanted.namespace());
        tenant.awaitOnline(wanted.devices());
        return tenant;
    }

    /** A tenant with simulated devices, as {@code make fleet} starts them. */
    Tenant fleet(String namespace, int devices, List<String> options) {
        List<String> command =
                new ArrayList<>(List.of("fleet", "--namespace", namespace, "--count", Integer.toString(devices)));
        command.addAll(options);
        command(command.toArray(String[]::new));
        return new Tenant(this, namespace);
    }

    /** While one story runs, the next one's devices enrol; whoever needs them waits for them, and hears of a failure. */
    private void enrolNext() {
        for (Tenants next : Tenants.values()) {
            if (!enrolments.containsKey(next)) {
                var unused = enrolment(next);
                return;
            }
        }
    }

    private CompletableFuture<Void> enrolment(Tenants wanted) {
        // One after the other: the region's list of wanted agents has one writer at a time.
        return enrolments.computeIfAbsent(
                wanted,
                key -> CompletableFuture.runAsync(
                        () -> command(
                                "agents", "--namespace", key.namespace(), "--count", Integer.toString(key.devices())),
                        enrolling));
    }

    /** As the Makefile does, but for the process: nothing in here depends on it, and each would load its classes anew. */
    private void command(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--region", folder().path().toString()));
        if (RegionCommand.run(System.out, System.getenv(), command.toArray(String[]::new)) != 0) {
            throw new IllegalStateException(String.join(" ", words) + ": failed, see above");
        }
    }
}
