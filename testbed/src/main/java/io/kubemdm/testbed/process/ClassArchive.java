package io.kubemdm.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A JVM's archive of a program's classes: a start from it neither reads nor verifies them again. The JVM makes it when the
 * program ends by itself.
 *
 * @param file where it is or will be
 * @param program of which it is: an archive that is older than this file is void
 */
public record ClassArchive(Path file, Path program) {

    /** Whether a start can use it. */
    public boolean isThere() {
        try {
            return Files.exists(file)
                    && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(program)) >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + file, e);
        }
    }

    /** Options for a program that will be killed: uses the archive if there is one. */
    public List<String> used() {
        return isThere() ? List.of("-XX:SharedArchiveFile=" + file) : List.of();
    }

    /** Options for a program that will be asked to end: uses the archive, or leaves one. */
    public List<String> usedOrMade() {
        try {
            // Java does not use the archive of another build, and does not replace it either.
            if (!isThere()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replace " + file, e);
        }
        return List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + file);
    }
}
