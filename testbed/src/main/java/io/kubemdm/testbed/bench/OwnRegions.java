package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.region.Region;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The regions a benchmark has started. Their processes have sessions of their own, so a benchmark that is told to end
 * (Ctrl-C, SIGTERM, {@code timeout}) must end them itself; only SIGKILL leaves them. For several threads.
 */
final class OwnRegions {

    private final PrintStream progress;
    private final Set<Region> started = new LinkedHashSet<>();
    private boolean ended;

    /** None yet. */
    OwnRegions(PrintStream progress) {
        this.progress = progress;
    }

    /**
     * Starts a region and waits until it is ready.
     *
     * @throws IllegalStateException when it cannot be built, or when the benchmark is ending
     */
    void up(Region region, int agents, Map<String, String> environment) {
        synchronized (this) {
            if (ended) {
                throw new IllegalStateException("the benchmark is ending: no region is started any more");
            }
            started.add(region);
            region.start(agents, environment);
        }
        region.awaitReady(progress);
    }

    /** Kills a region's processes and removes its data. */
    synchronized void discard(Region region) {
        if (started.remove(region)) {
            region.discard();
        }
    }

    /** Discards all that there are; afterwards none can be started. */
    synchronized void end() {
        ended = true;
        for (Region region : started) {
            progress.println("ending the region in " + region.folder().path());
            try {
                region.discard();
            } catch (UncheckedIOException e) {
                // The interrupted benchmark may still be writing there; its processes are gone.
                progress.println(e.getMessage() + ": remove it yourself");
            }
        }
        started.clear();
    }
}
