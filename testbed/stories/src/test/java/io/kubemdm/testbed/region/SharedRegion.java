package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.bench.KillMatrix;
import io.kubemdm.testbed.controlplane.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * One whole region for all tests of this run, started by the first that asks and ended with the run: a region costs
 * most of a minute. Tests keep apart by using a namespace of their own, with devices of their own.
 */
public final class SharedRegion {

    private static final Region REGION = start();

    private SharedRegion() {}

    private static Region start() {
        Checkout checkout = Checkout.ofWorkingDirectory();
        Region region = new Region(checkout, new RegionFolder(checkout.path("testbed/stories/target/region")));
        // What an earlier run left behind when it was killed.
        region.discard();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(checkout, region), "end-of-shared-region"));
        try {
            Files.createDirectories(region.folder().path());
            // Nobody's wipes are held but a namespace's fifth lock: the kill matrix has them in every state.
            Files.writeString(region.folder().values(), KillMatrix.VALUES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        region.up(1, supervisorEnvironment(), System.out);
        return region;
    }

    /** Parts that are asked to end leave archives of their classes, and the next run's start from these. */
    private static void end(Checkout checkout, Region region) {
        if (!ServiceArchives.areThere(checkout)) {
            region.down();
        }
        region.discard();
    }

    /** Ours, without the cluster that a person may have in it. */
    static Map<String, String> supervisorEnvironment() {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.remove("KUBECONFIG");
        return environment;
    }

    /** The region; it runs. */
    public static Region get() {
        return REGION;
    }

    /** kubectl as its administrator. */
    public static Kubectl kubectl() {
        RegionFolder folder = REGION.folder();
        return new Kubectl(folder.bin().resolve("kubectl"), folder.kubeconfig());
    }

    /** Its program of this name, as {@code make env} puts it on the path. */
    public static Path program(String name) {
        return REGION.folder().bin().resolve(name);
    }

    /** What a person has in the environment after {@code make env}. */
    public static Map<String, String> variables() {
        Map<String, String> variables =
                new TreeMap<>(REGION.state().orElseThrow().addresses());
        variables.put("KUBECONFIG", REGION.folder().kubeconfig().toString());
        return variables;
    }
}
