package io.kubemdm.agent.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        byte[] bytes = bytes(path);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The first {@value #MAX_BYTES} bytes, null when there is no such file or it cannot be read. */
    public byte @Nullable [] bytes(String path) {
        try (InputStream stream = Files.newInputStream(at(path))) {
            return stream.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            return null;
        }
    }

    /** Something in a folder. */
    public record Found(String name, Instant modified) {}

    /** What a folder holds, at most so many; nothing when there is no such folder or it cannot be read. */
    public List<Found> list(String path, int most) {
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(at(path))) {
            for (Path entry : entries) {
                if (found.size() == most) {
                    break;
                }
                found.add(new Found(
                        String.valueOf(entry.getFileName()),
                        Files.getLastModifiedTime(entry).toInstant()));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }
}
