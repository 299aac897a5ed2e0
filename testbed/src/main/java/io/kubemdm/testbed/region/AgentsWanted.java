package io.kubemdm.testbed.region;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** How many devices a person wants in each namespace: written by commands, followed by the supervisor. */
record AgentsWanted(Path file) {

    static AgentsWanted of(RegionFolder folder) {
        return new AgentsWanted(folder.path().resolve("agents.properties"));
    }

    /** Count by namespace. */
    SortedMap<String, Integer> read() {
        SortedMap<String, Integer> wanted = new TreeMap<>();
        if (Files.exists(file)) {
            Properties properties = new Properties();
            try (var in = Files.newInputStream(file)) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
            properties
                    .stringPropertyNames()
                    .forEach(namespace -> wanted.put(namespace, Integer.parseInt(properties.getProperty(namespace))));
        }
        return wanted;
    }

    /** Wants at least so many in a namespace: agents that run are never taken away. */
    void atLeast(String namespace, int count) {
        Map<String, Integer> wanted = read();
        wanted.merge(namespace, count, Math::max);
        Properties properties = new Properties();
        wanted.forEach((name, number) -> properties.setProperty(name, number.toString()));
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            try (var out = Files.newOutputStream(fresh)) {
                properties.store(out, null);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** The name of the n-th agent of a namespace, counted from 1. */
    static String name(String namespace, int number) {
        return AgentsAssembly.PREFIX + namespace + "-" + number;
    }
}
