package io.kubemdm.testbed.region;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the supervisor says of its region, for those who look from outside; rewritten at every change.
 *
 * @param phase of the whole
 * @param message why it failed; null otherwise
 * @param since when the phase began
 * @param parts in the order they were announced
 * @param addresses what {@code make env} prints: variable to value
 */
public record RegionState(
        Phase phase, @Nullable String message, Instant since, List<PartState> parts, Map<String, String> addresses) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    /** How far a region is. */
    public enum Phase {
        STARTING,
        READY,
        FAILED
    }

    /** How a part is. */
    public enum Condition {
        /** A step that is being done, or a process that has yet to answer. */
        STARTING,
        /** A process that does its work. */
        READY,
        /** A process that did its work and now says that it cannot. */
        UNREADY,
        /** Ended and soon started again. */
        BACKING_OFF,
        /** A step that is done. */
        DONE,
        /** A step that did not succeed. */
        FAILED;

        /** Whether nothing is left to wait for. */
        public boolean isGood() {
            return this == READY || this == DONE;
        }
    }

    /**
     * One part.
     *
     * @param name what {@code make logs PART=…} takes
     * @param condition how it is
     * @param detail in words, when there is something to say
     * @param pid of its process; null when it has none now
     * @param restarts since the supervisor watches it
     * @param log where it writes; null for a step without a process
     */
    public record PartState(
            String name,
            Condition condition,
            @Nullable String detail,
            @Nullable Long pid,
            int restarts,
            @Nullable String log) {}

    public RegionState {
        parts = List.copyOf(parts);
        addresses = Map.copyOf(addresses);
    }

    /** Writes it for readers that may look at any moment. */
    void write(Path file) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Reads what was last written, if anything. */
    static Optional<RegionState> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(JSON.readValue(Files.readAllBytes(file), RegionState.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is not what a supervisor of this version writes: make down", e);
        }
    }
}
