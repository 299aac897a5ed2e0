package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.Folders;
import io.kubemdm.testbed.region.Region;
import io.kubemdm.testbed.region.RegionFolder;
import io.kubemdm.testbed.region.ServiceArchives;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a benchmark is run with.
 *
 * @param checkout the programs under test
 * @param scale multiplies counts of devices, messages and runs; 1.0 is what {@code docs/benchmarks.md} reports
 * @param seed of everything random, printed
 * @param progress where people watch; standard output is for figures alone
 * @param regions that it has started
 */
record BenchSettings(Checkout checkout, double scale, long seed, PrintStream progress, OwnRegions regions) {

    /** A count at this scale, at least 1. */
    int scaled(int count) {
        return Math.max(1, (int) Math.round(count * scale));
    }

    /** A folder of the benchmark's own, gone when closed. */
    OwnFolder folder(String bench) {
        return new OwnFolder(newFolder(bench));
    }

    /** A new folder that outlives the benchmark. */
    Path newFolder(String bench) {
        try {
            return Files.createTempDirectory(Files.createDirectories(checkout.path(".bench")), bench + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder below .bench", e);
        }
    }

    /** A region of the benchmark's own, on ports and in a folder of its own, gone when closed. */
    OwnRegion region(String bench, int agents) {
        return region(bench, agents, "");
    }

    /**
     * The same, deployed otherwise than other regions on one machine.
     *
     * @param values of the chart, as YAML
     */
    OwnRegion region(String bench, int agents, String values) {
        archive();
        return start(bench, agents, values);
    }

    /** Sees to it that regions start from archives of their classes, as all but the first after a build do. */
    void archive() {
        if (!ServiceArchives.areThere(checkout)) {
            progress.println("first a region that leaves the archives of a new build's classes");
            try (OwnRegion first = start("archives", 0, "")) {
                first.region().down();
            }
        }
    }

    private OwnRegion start(String bench, int agents, String values) {
        RegionFolder folder = new RegionFolder(newFolder(bench));
        if (!values.isEmpty()) {
            try {
                Files.writeString(folder.values(), values);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + folder.values(), e);
            }
        }
        progress.println("region in " + folder.path());
        return new OwnRegion(new Region(checkout, folder), agents, regions);
    }

    /**
     * A folder that is removed with all that is in it.
     *
     * @param path where it is
     */
    record OwnFolder(Path path) implements AutoCloseable {

        @Override
        public void close() {
            Folders.remove(path);
        }
    }

    /** A region that is up and ends with the benchmark. */
    static final class OwnRegion implements AutoCloseable {

        private final Region region;
        private final OwnRegions regions;

        private OwnRegion(Region region, int agents, OwnRegions regions) {
            this.region = region;
            this.regions = regions;
            Map<String, String> environment = new TreeMap<>(System.getenv());
            // A benchmark measures its own parts, never a cluster somebody works with.
            environment.remove("KUBECONFIG");
            environment.remove("KAFKA_BOOTSTRAP_SERVERS");
            try {
                regions.up(region, agents, environment);
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        Region region() {
            return region;
        }

        @Override
        public void close() {
            regions.discard(region);
        }
    }
}
