package io.kubemdm.testbed.region;

import io.kubemdm.testbed.fleet.FleetStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Simulated fleets that a person wants, one in a namespace: written by commands, followed by the supervisor. */
record FleetsWanted(Path folder) {

    private static final String ARGUMENTS = "arguments";
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    static FleetsWanted of(RegionFolder folder) {
        return new FleetsWanted(folder.fleets());
    }

    /**
     * Wants a fleet in a namespace.
     *
     * @param arguments of its process
     * @throws IllegalStateException when there was one
     * @throws IllegalArgumentException when that is no namespace's name
     */
    void want(String namespace, List<String> arguments) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new IllegalArgumentException(
                    "NAMESPACE=" + namespace + ": expected at most 63 of a-z, 0-9 and -, such as fleet");
        }
        Path own = folder.resolve(namespace);
        if (Files.exists(own)) {
            FleetStatus status = status(namespace);
            throw new IllegalStateException("namespace " + namespace + " has a fleet"
                    + (status == null || status.isAlive() ? "" : " that has ended")
                    + ": choose another one with NAMESPACE=…");
        }
        try {
            Path fresh = Files.createDirectories(folder.resolve("." + namespace + ".new"));
            Files.write(fresh.resolve(ARGUMENTS), arguments, StandardCharsets.UTF_8);
            Files.move(fresh, own);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + own, e);
        }
    }

    /** Arguments by namespace. */
    SortedMap<String, List<String>> read() {
        SortedMap<String, List<String>> wanted = new TreeMap<>();
        if (!Files.exists(folder)) {
            return wanted;
        }
        try (Stream<Path> each = Files.list(folder)) {
            for (Path own : each.filter(path -> !path.getFileName().toString().startsWith("."))
                    .toList()) {
                wanted.put(
                        own.getFileName().toString(),
                        Files.readAllLines(own.resolve(ARGUMENTS), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return wanted;
    }

    /** Where a fleet's process says how far it is. */
    Path statusFile(String namespace) {
        return folder.resolve(namespace).resolve("status.json");
    }

    /** How far a fleet is, null while it has said nothing. */
    @Nullable FleetStatus status(String namespace) {
        return FleetStatus.read(statusFile(namespace));
    }

    /** The name of a fleet's process among the region's parts. */
    static String name(String namespace) {
        return "fleet-" + namespace;
    }
}
