package io.kubemdm.cli.audit;

import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.NewFile;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.json.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm audit export}. */
@Command(
        name = "export",
        description = {
            "Write the whole audit log, with its signed heads, to a file that verifies without the cluster.",
            "",
            "The file is JSON Lines, readable by its owner alone; it appears when it is whole."
        },
        footer = {"", "Example:", "  kubemdm audit export --to audit.jsonl"})
public final class AuditExportCommand implements Callable<Integer> {

    /** What was written. */
    record Exported(String file, long events) {}

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "File to make; never overwritten.")
    private Path file = Path.of("");

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private QueryAccess query = new QueryAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        AtomicLong events = new AtomicLong();
        Path target = NewFile.write(
                "--to",
                file,
                draft -> query.ask(cluster, (client, log) -> {
                    events.set(write(new LiveLog(log, Clock.systemUTC()), draft));
                    return draft;
                }));
        output.print(
                spec.commandLine().getOut(),
                new Exported(target.toString(), events.get()),
                out -> out.println(events + " events in " + target));
        return 0;
    }

    /** Writes every line of a log; returns the number of events. */
    static long write(AuditSource log, Path to) throws IOException {
        AtomicLong events = new AtomicLong();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16)) {
            log.read(line -> {
                put(out, line);
                if (line.event() != null) {
                    events.incrementAndGet();
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return events.get();
    }

    private static void put(OutputStream out, AuditLine line) {
        try {
            out.write(Json.write(line));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
