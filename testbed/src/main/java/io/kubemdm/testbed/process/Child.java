package io.kubemdm.testbed.process;

import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One running child process. Not for several threads at once, apart from {@link #isAlive()}. */
public final class Child implements AutoCloseable {

    /**
     * The kernel ties a child to the thread that made it, not to the process: so one thread that never ends makes
     * them all.
     */
    private static final ExecutorService NURSERY = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("testbed-nursery").factory());

    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TMPDIR");
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final ChildSpec spec;
    private final Process process;

    private Child(ChildSpec spec, Process process) {
        this.spec = spec;
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @throws UncheckedIOException when the program cannot be started; the message names it
     */
    public static Child start(ChildSpec spec) {
        try {
            Files.createDirectories(spec.directory());
            Files.createDirectories(spec.log().toAbsolutePath().getParent());
            Process process = NURSERY.submit(() -> builder(spec).start()).get();
            process.getOutputStream().close();
            return new Child(spec, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + spec.name(), e);
        } catch (ExecutionException e) {
            throw new UncheckedIOException(
                    "cannot start " + spec.name() + " from " + spec.command().getFirst(),
                    new IOException(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + spec.name(), e);
        }
    }

    private static ProcessBuilder builder(ChildSpec spec) {
        List<String> command = new ArrayList<>(
                spec.lifeline() == Lifeline.WITH_PARENT
                        ? List.of("setpriv", "--pdeathsig", "KILL", "--")
                        : List.of("setsid", "--"));
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
        builder.environment().keySet().retainAll(INHERITED);
        builder.environment().putAll(spec.environment());
        return builder;
    }

    /** What it was started from. */
    public ChildSpec spec() {
        return spec;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** The process as the system knows it. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as a crash of the machine would: SIGKILL, no farewell. Returns once it is gone. */
    public void kill9() {
        process.destroyForcibly();
        awaitEnd(GRACE);
    }

    /** Stops it in its tracks (SIGSTOP); it keeps its connections and its memory. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on as if nothing had happened (SIGCONT). */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException(spec.name() + " cannot be sent SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling " + spec.name(), e);
        }
    }

    /** Asks it to end (SIGTERM) and insists after ten seconds. Returns once it is gone. */
    public void stop() {
        process.destroy();
        if (!awaitEnd(GRACE)) {
            kill9();
        }
    }

    private boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Waits until it is ready.
     *
     * @throws IllegalStateException when it ends before, or is not ready in time; the message ends with its last lines
     */
    public void awaitReady(Readiness readiness, Duration limit) {
        boolean ready = Readiness.await(() -> !isAlive() || readiness.isReady(), limit);
        if (!isAlive()) {
            throw new IllegalStateException(
                    spec.name() + " ended with " + process.exitValue() + " before it was ready:\n" + lastLines(20));
        }
        if (!ready) {
            throw new IllegalStateException(
                    spec.name() + " is not ready after " + limit.toSeconds() + " s:\n" + lastLines(20));
        }
    }

    /**
     * Waits until it has done its work.
     *
     * @throws IllegalStateException when it does not end in time, or ends with anything but 0
     */
    public void requireSuccess(Duration limit) {
        if (!awaitEnd(limit)) {
            throw new IllegalStateException(
                    spec.name() + " still runs after " + limit.toSeconds() + " s:\n" + lastLines(20));
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(spec.name() + " ended with " + process.exitValue() + ":\n" + lastLines(20));
        }
    }

    /** The end of its log, for messages. */
    public String lastLines(int count) {
        return lastLines(spec.log(), count);
    }

    /** The end of a log; reads at most its last 64 KiB. */
    public static String lastLines(Path log, int count) {
        try (var channel = Files.newByteChannel(log)) {
            long from = Math.max(0, channel.size() - 65_536);
            channel.position(from);
            var buffer = ByteBuffer.allocate((int) (channel.size() - from));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Until the end as it was when we looked.
            }
            List<String> lines = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        stop();
    }
}
