package io.kubemdm.agent.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The running kernel's parameters. */
public final class KernelParameters {

    private final Path folder;

    /** Parameters below {@code folder}, {@code /proc/sys} on Linux. */
    public KernelParameters(Path folder) {
        this.folder = folder;
    }

    /** The value of a parameter such as {@code net/ipv4/ip_forward}, null when this kernel has none of that name. */
    public @Nullable String read(String parameter) {
        try {
            return Files.readString(folder.resolve(parameter)).strip();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StoreFailed.of("read kernel parameter " + parameter, e);
        }
    }

    /** Sets a parameter until the next start of the machine. */
    public void write(String parameter, String value) {
        try {
            Files.writeString(folder.resolve(parameter), value + "\n");
        } catch (IOException e) {
            throw StoreFailed.of("set kernel parameter " + parameter, e);
        }
    }

    /** Whether two values are the same but for white space, as the kernel sees them. */
    public boolean same(String one, @Nullable String other) {
        return other != null && one.strip().replaceAll("\\s+", " ").equals(other.replaceAll("\\s+", " "));
    }
}
