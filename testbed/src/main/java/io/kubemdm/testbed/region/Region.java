package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A region seen from outside its supervisor: started, awaited, ended. Benchmarks and tests use it as {@code make} does. */
public final class Region {

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Checkout checkout;
    private final RegionFolder folder;
    private @Nullable Child supervisor;

    /** The region in a folder, which may not be there yet. */
    public Region(Checkout checkout, RegionFolder folder) {
        this.checkout = checkout;
        this.folder = folder;
    }

    /** Where it lies. */
    public RegionFolder folder() {
        return folder;
    }

    /** Whether its supervisor lives. */
    public boolean isSupervised() {
        return Marks.of(folder.path()).stream().anyMatch(one -> one.part().equals(Supervisor.PART));
    }

    /** What its supervisor last said. */
    public Optional<RegionState> state() {
        return RegionState.read(folder.state());
    }

    /**
     * Starts what does not run and returns when all is ready.
     *
     * @param agents devices in namespace {@code default}, at least
     * @param environment of the supervisor
     * @param out told of the progress
     * @throws IllegalStateException when the region cannot be built; the message says why
     */
    public void up(int agents, Map<String, String> environment, PrintStream out) {
        start(agents, environment);
        awaitReady(out);
    }

    /**
     * Starts its supervisor, who starts the rest; a second one ends at once.
     *
     * @param agents devices in namespace {@code default}, at least
     * @param environment of the supervisor
     */
    public void start(int agents, Map<String, String> environment) {
        try {
            Files.createDirectories(folder.path());
            AgentsWanted.of(folder).atLeast(Site.DEFAULT_TENANT, agents);
            Files.deleteIfExists(folder.state());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder.path(), e);
        }
        supervisor = Child.start(supervisor(environment));
    }

    /**
     * Waits until the supervisor started here, or the one who was there before it, says that all is ready.
     *
     * @param out told of the progress
     * @throws IllegalStateException when the region cannot be built; the message says why
     */
    public void awaitReady(PrintStream out) {
        Child started = Objects.requireNonNull(supervisor, "start() comes first");
        UpScreen screen = new UpScreen(out);
        Readiness.await(
                () -> {
                    Optional<RegionState> state = state();
                    state.ifPresent(screen::show);
                    return !started.isAlive()
                            || state.filter(one -> one.phase() != Phase.STARTING)
                                    .isPresent();
                },
                LIMIT);
        RegionState state = state().orElseThrow(() -> new IllegalStateException(
                "the supervisor ended before it said anything:\n" + Child.lastLines(folder.supervisorLog(), 20)));
        if (state.phase() != Phase.READY) {
            String why = started.isAlive()
                    ? "not ready after " + LIMIT.toMinutes() + " minutes"
                    : "its supervisor ended before it was ready";
            throw new IllegalStateException(state.message() == null ? why : state.message());
        }
    }

    private ChildSpec supervisor(Map<String, String> given) {
        Map<String, String> environment = new TreeMap<>(given);
        environment.putAll(Marks.environment(folder.path(), Supervisor.PART, "-"));
        List<String> command = new ArrayList<>(List.of(
                Site.java().toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                ourClasspath(),
                RegionCommand.class.getName(),
                "supervise",
                "--region",
                folder.path().toString()));
        return new ChildSpec(
                Supervisor.PART, command, environment, checkout.root(), folder.supervisorLog(), Lifeline.DETACHED);
    }

    /** What we run on, in words that mean the same in any working directory. */
    static String ourClasspath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Ends all its processes and returns how many there were; its data stays. */
    public int down() {
        return RegionEnd.end(folder);
    }

    /** Kills all its processes and removes its data: for regions that nobody comes back to. */
    public void discard() {
        RegionEnd.kill(folder);
        RegionEnd.clean(folder);
    }

    /** Removes its data; nothing of it may run. */
    public void clean() {
        RegionEnd.clean(folder);
    }
}
