package io.kubemdm.testbed.counted;

import io.kubemdm.testbed.history.History;
import io.kubemdm.testbed.history.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a device did, one history line after the other; each is the kernel's before the device goes on. */
record SideFile(Path file) {

    void note(Line line) {
        try {
            // One write of a few hundred bytes: a kill leaves all of it or nothing.
            Files.write(file, History.toBytes(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot note in " + file, e);
        }
    }
}
