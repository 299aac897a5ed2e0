package io.kubemdm.testbed.region;

import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.process.Marks.Marked;
import io.kubemdm.testbed.process.Ports;
import io.kubemdm.testbed.region.PartProbe.Verdict;
import io.kubemdm.testbed.region.RegionState.Condition;
import io.kubemdm.testbed.region.RegionState.PartState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One process that must always run: found when it runs already, started when not, started again when it ends or hangs.
 * Its watch is a thread that never ends; the process outlives it.
 */
final class WatchedPart {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Path owner;
    private final ChildSpec spec;
    private final List<Integer> ports;
    private final PartProbe probe;
    private final Roster roster;
    private final String fingerprint;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final Backoff backoff = new Backoff();
    private @Nullable Thread watch;
    private int restarts;

    /**
     * A part that is not watched yet.
     *
     * @param owner the region's folder, by which its processes are known
     * @param revision of what the process is started from beside its specification, e.g. its files; another one means
     *     that a running process is replaced
     * @param ports it will listen on
     */
    WatchedPart(Path owner, ChildSpec spec, String revision, List<Integer> ports, PartProbe probe, Roster roster) {
        this.owner = owner;
        this.ports = List.copyOf(ports);
        this.probe = probe;
        this.roster = roster;
        this.fingerprint = Fingerprint.of(spec, revision);
        Map<String, String> environment = new TreeMap<>(spec.environment());
        environment.putAll(Marks.environment(owner, spec.name(), fingerprint));
        this.spec = new ChildSpec(
                spec.name(), spec.command(), environment, spec.directory(), spec.log(), Lifeline.DETACHED);
    }

    /** Begins to watch. */
    WatchedPart watch() {
        watch = Thread.ofVirtual().name("watch-" + spec.name()).start(this::run);
        return this;
    }

    /** Watches no longer; the process goes on. */
    void abandon() throws InterruptedException {
        Thread thread = watch;
        if (thread != null) {
            thread.interrupt();
            thread.join();
        }
    }

    /** Completes when the part is ready for the first time. */
    CompletableFuture<Void> ready() {
        return firstReady;
    }

    private void run() {
        try {
            @Nullable ProcessHandle process = adopt();
            while (true) {
                long begun = System.nanoTime();
                if (process == null) {
                    process = start();
                }
                if (process != null) {
                    accompany(process);
                }
                if (probe.hasFinished()) {
                    tell(Condition.DONE, "has finished", null);
                    firstReady.complete(null);
                    return;
                }
                Duration pause = backoff.after(Duration.ofNanos(System.nanoTime() - begun));
                restarts++;
                if (process != null) {
                    tell(Condition.BACKING_OFF, "ended; again in " + pause.toMillis() + " ms", null);
                }
                process = null;
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            firstReady.completeExceptionally(e);
            tell(Condition.FAILED, String.valueOf(e.getMessage()), null);
        }
    }

    /** The process of this part that runs already, if it was started from the same; one that was not is ended. */
    private @Nullable ProcessHandle adopt() {
        ProcessHandle found = null;
        for (Marked marked : Marks.of(owner)) {
            if (!marked.part().equals(spec.name())) {
                continue;
            }
            if (found == null && marked.spec().equals(fingerprint)) {
                found = marked.process();
            } else {
                end(marked.process());
            }
        }
        return found;
    }

    private @Nullable ProcessHandle start() {
        for (int port : ports) {
            if (!Ports.isFree(port)) {
                tell(Condition.BACKING_OFF, "port " + port + " is taken by another program: end that one", null);
                return null;
            }
        }
        probe.forget();
        return Child.start(spec).handle();
    }

    /** Stays with a process until it has ended. */
    private void accompany(ProcessHandle process) throws InterruptedException {
        tell(Condition.STARTING, null, process.pid());
        while (process.isAlive()) {
            Verdict verdict = probe.ask();
            switch (verdict) {
                case NOT_YET -> tell(Condition.STARTING, null, process.pid());
                case UNREADY -> tell(Condition.UNREADY, null, process.pid());
                case READY -> {
                    tell(Condition.READY, null, process.pid());
                    firstReady.complete(null);
                }
                case HUNG -> {
                    tell(Condition.UNREADY, "does not answer: killed", process.pid());
                    end(process);
                }
            }
            Thread.sleep(100);
        }
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Condition condition, @Nullable String detail, @Nullable Long pid) {
        roster.tell(new PartState(
                spec.name(), condition, detail, pid, restarts, spec.log().toString()));
    }
}
