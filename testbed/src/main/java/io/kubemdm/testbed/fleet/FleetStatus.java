package io.kubemdm.testbed.fleet;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * How far the process of a simulated fleet is, for those who look from outside.
 *
 * @param pid of the process
 * @param wanted devices it is to have
 * @param enrolled devices it has
 * @param online of the wanted, those that do not stay offline
 * @param connected sessions that stand
 */
public record FleetStatus(long pid, int wanted, int enrolled, int online, int connected) {

    /** Reads it; null when there is none. */
    public static @Nullable FleetStatus read(Path file) {
        try {
            return Files.exists(file) ? Json.read(Files.readAllBytes(file), FleetStatus.class) : null;
        } catch (IOException | MalformedJson e) {
            return null;
        }
    }

    void write(Path file) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(fresh, Json.write(this));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Whether its process is alive. */
    public boolean isAlive() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** Whether everybody is there who is to be. */
    public boolean isComplete() {
        return enrolled == wanted && connected >= online;
    }
}
