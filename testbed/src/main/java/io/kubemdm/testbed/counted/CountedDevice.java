package io.kubemdm.testbed.counted;

import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.Enrollment;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.history.History;
import io.kubemdm.testbed.history.Line;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.ClassArchive;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device whose agent is a process that can be killed, and that notes what it does. For one thread. */
public final class CountedDevice implements AutoCloseable {

    static final String STORE = "store";
    static final String NOTES = "notes";

    /** While this file is there, no act comes to its end. */
    static final String HOLD = "hold";

    static final String GONE = "gone.json";
    static final String LINK = "link.json";

    private final Path folder;
    private final Store store;
    private final DeviceId id;
    private @Nullable Child agent;

    private CountedDevice(Path folder, Store store, DeviceId id) {
        this.folder = folder;
        this.store = store;
        this.id = id;
    }

    /** Enrols a new device in a folder of its own; its agent does not run yet. */
    public static CountedDevice enrol(Path folder, EnrollRequest request) {
        Store store = new DiskStore(folder.resolve(STORE));
        DeviceId id = new Enrollment(
                        new IdentityStore(store, new SoftwareKeys(store)),
                        Clock.systemUTC(),
                        (wait, because) -> TimeUnit.NANOSECONDS.sleep(wait.toNanos()))
                .enroll(request)
                .device();
        return new CountedDevice(folder, store, id);
    }

    /** Its address. */
    public DeviceId id() {
        return id;
    }

    /** Starts its agent unless it runs, or the device has left. */
    public void start() {
        if (isGone() || isRunning()) {
            return;
        }
        store.delete(LINK);
        agent = Child.start(new ChildSpec(
                "counted-" + id.name(), command(), Map.of(), folder, folder.resolve("log"), Lifeline.WITH_PARENT));
    }

    /** On the agent's own jars, and with the archive of their classes that its launcher has made. */
    private List<String> command() {
        Path program = Checkout.ofWorkingDirectory().path("agent/target/kubemdm-agent.jar");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx48m",
                "-XX:-UsePerfData"));
        boolean cache = Runtime.version().feature() >= 25;
        Path archive = program.resolveSibling(cache ? "kubemdm-agent.aot" : "kubemdm-agent.jsa");
        if (new ClassArchive(archive, program).isThere()) {
            command.add((cache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
        }
        command.addAll(List.of(
                "-cp",
                // An archive is good for a class path that begins with its own.
                program + File.pathSeparator + System.getProperty("java.class.path"),
                CountedAgent.class.getName(),
                folder.toString()));
        return command;
    }

    /** Whether its agent's process is there. */
    public boolean isRunning() {
        return agent != null && agent.isAlive();
    }

    /** Whether its agent has a session. */
    public boolean isConnected() {
        Long pid = Documents.read(store, LINK, Long.class);
        return agent != null && agent.isAlive() && pid != null && pid == agent.pid();
    }

    /** Whether the device has left management. */
    public boolean isGone() {
        return store.read(GONE) != null;
    }

    /** Kills its agent with SIGKILL; the process that is no more, null when there was none. */
    public @Nullable Long kill() {
        Child running = agent;
        if (running == null || !running.isAlive()) {
            return null;
        }
        running.kill9();
        return running.pid();
    }

    /** Stops its agent in its tracks. */
    public void pause() {
        if (isRunning()) {
            agent.pause();
        }
    }

    /** Lets it go on. */
    public void resume() {
        if (isRunning()) {
            agent.resume();
        }
    }

    /** From now on acts are begun and do not end. */
    public void hold() {
        try {
            Files.createFile(folder.resolve(HOLD));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot hold " + id, e);
        }
    }

    /** Acts end. */
    public void release() {
        try {
            Files.deleteIfExists(folder.resolve(HOLD));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release " + id, e);
        }
    }

    /** What it did so far. */
    public List<Line> notes() {
        Path notes = folder.resolve(NOTES);
        try {
            return Files.exists(notes) ? History.read(notes) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what " + id + " did", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
