package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;

/**
 * One region on a cluster that is somebody else's, in the chart's profile {@code small}, for all tests of this run that need
 * a region which is not the stories': started by the first that asks and ended with the run.
 */
public final class BorrowedRegion {

    private static final Checkout CHECKOUT = Checkout.ofWorkingDirectory();
    private static final ControlPlane THEIRS = theirCluster();
    private static final Region REGION = start();

    private BorrowedRegion() {}

    private static ControlPlane theirCluster() {
        try {
            return ControlPlane.start(Files.createTempDirectory("kubemdm-borrowed"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Region start() {
        Region region = new Region(CHECKOUT, new RegionFolder(CHECKOUT.path("testbed/stream/target/region")));
        // What an earlier run left behind when it was killed.
        region.discard();
        Runtime.getRuntime().addShutdownHook(new Thread(region::discard, "end-of-borrowed-region"));
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.put("KUBECONFIG", THEIRS.kubeconfig().toString());
        environment.put("KUBEMDM_PROFILE", "small");
        region.up(1, environment, System.out);
        return region;
    }

    /** The region; it runs. */
    public static Region get() {
        return REGION;
    }

    /** The cluster it is on. */
    static ControlPlane theirs() {
        return THEIRS;
    }
}
