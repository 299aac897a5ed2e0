package io.kubemdm.testbed.region;

import io.kubemdm.testbed.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Which local port a pod's container port has; the same one for as long as the region's data lives. */
final class PortBook {

    private final Path file;
    private final Properties ports = new Properties();

    PortBook(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try (var in = Files.newInputStream(file)) {
                ports.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
    }

    /** The port of one container port of one pod; chosen and written down at the first call. */
    synchronized int port(String pod, String name) {
        String key = pod + "." + name;
        String known = ports.getProperty(key);
        if (known != null) {
            return Integer.parseInt(known);
        }
        int fresh;
        do {
            fresh = Ports.free(1).getFirst();
        } while (ports.containsValue(Integer.toString(fresh)));
        ports.setProperty(key, Integer.toString(fresh));
        try (var out = Files.newOutputStream(file)) {
            ports.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return fresh;
    }
}
