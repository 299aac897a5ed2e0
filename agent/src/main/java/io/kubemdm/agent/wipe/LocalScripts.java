package io.kubemdm.agent.wipe;

import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.order.Remediation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripts of one folder of the device's own configuration. Each script and the way to it must belong to
 * the agent's user, root on a device, and be writable by nobody else; no link is followed: who could put a script there is
 * root already. A
 * script runs without a shell around it, input or the agent's environment, and is killed with its children when its time is
 * over.
 */
public final class LocalScripts implements Scripts {

    private static final Logger LOG = LoggerFactory.getLogger(LocalScripts.class);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final DeviceFiles files;
    private final String folder;
    private final Duration limit;

    /**
     * Scripts of a folder.
     *
     * @param folder absolute, below the device's root
     * @param limit for all scripts of one order, more than zero
     */
    public LocalScripts(DeviceFiles files, String folder, Duration limit) {
        this.files = files;
        this.folder = folder;
        this.limit = limit;
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public Ran run(String name, Duration time) {
        try {
            if (!Remediation.isName(name)) {
                throw new UnsafePath("not the name of a script");
            }
            return start(files.program(folder + "/" + name), time);
        } catch (UnsafePath e) {
            LOG.error("ALERT script refused script={}: {}", name, e.getMessage());
            return new Ran(Ran.NOT_RUN, line(String.valueOf(e.getMessage())));
        } catch (IOException | StoreFailed e) {
            return new Ran(Ran.NOT_RUN, line("cannot be run: " + e.getMessage()));
        }
    }

    private Ran start(String script, Duration time) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(script)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        Tail tail = new Tail();
        Thread reader =
                Thread.ofPlatform().daemon().name("script-output").start(() -> tail.read(process.getInputStream()));
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
            if (ended) {
                // A child that it left behind may hold the output open; its last words are not waited for.
                reader.join(LAST_WORDS);
            }
            return ended
                    ? new Ran(process.exitValue(), tail.text())
                    : new Ran(Ran.NOT_RUN, line("killed after " + limit.toSeconds() + " s; " + tail.text()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ran(Ran.NOT_RUN, "was not waited for");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String line(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= Ran.MAX_SAID ? line : line.substring(line.length() - Ran.MAX_SAID);
    }

    /** The end of what a script writes, however much that is. */
    private static final class Tail {

        private final byte[] last = new byte[Ran.MAX_SAID];
        private long written;

        void read(InputStream output) {
            byte[] chunk = new byte[4096];
            try (output) {
                for (int n = output.read(chunk); n >= 0; n = output.read(chunk)) {
                    take(chunk, n);
                }
            } catch (IOException e) {
                LOG.debug("output ended", e);
            }
        }

        private synchronized void take(byte[] chunk, int n) {
            for (int i = Math.max(0, n - last.length); i < n; i++) {
                last[(int) ((written + i) % last.length)] = chunk[i];
            }
            written += n;
        }

        synchronized String text() {
            int length = (int) Math.min(written, last.length);
            byte[] ordered = new byte[length];
            for (int i = 0; i < length; i++) {
                ordered[i] = last[(int) ((written - length + i) % last.length)];
            }
            return line(new String(ordered, StandardCharsets.UTF_8));
        }
    }
}
