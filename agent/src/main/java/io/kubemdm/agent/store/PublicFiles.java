package io.kubemdm.agent.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the machine shows to every program, links followed: to look, never to write. */
public final class PublicFiles {

    private static final int MAX_BYTES = 64 << 10;

    private final Path root;

    /** Files below {@code root}. */
    public PublicFiles(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Whether something is at this absolute path. */
    public boolean exists(String path) {
        return Files.exists(at(path));
    }

    /** Whether a program is at this absolute path. */
    public boolean isExecutable(String path) {
        return Files.isRegularFile(at(path)) && Files.isExecutable(at(path));
    }

    /** The first {@value #MAX_BYTES} bytes as UTF-8, null when there is no such file or it cannot be read. */
    public @Nullable String text(String path) {
        try (InputStream stream = Files.newInputStream(at(path))) {
            return new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }
}
