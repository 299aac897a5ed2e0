package io.kubemdm.cli.wipe;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.audit.QueryAccess;
import io.kubemdm.cli.audit.QueryClient;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.NewFile;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.audit.AuditRecord;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.ReceiptDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm receipt}. */
@Command(
        name = "receipt",
        description = {
            "Write what a device signed for a wipe to a file that proves it without the cluster.",
            "",
            "It comes from the audit log, with the device's certificates. Nothing is judged here: "
                    + "'kubemdm verify receipt' does that, anywhere."
        },
        footer = {
            "",
            "Examples:",
            "  kubemdm receipt erase-x7k2p -n acme --to receipt.json",
            "  kubemdm verify receipt receipt.json --ca pki/root/ca.crt"
        })
public final class ReceiptCommand implements Callable<Integer> {

    /** What was written. */
    record Written(String file, String device, String command, String outcome, String digest) {}

    @Parameters(paramLabel = "WIPE", description = "Name of the WipeRequest.")
    private String name = "";

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

    private record Found(String device, DeviceEvent.CommandEnded end, ReceiptDocument document) {}

    @Override
    public Integer call() throws IOException {
        AtomicReference<@Nullable Found> held = new AtomicReference<>();
        Path target = NewFile.write("--to", file, draft -> {
            Found found = query.ask(cluster, this::find);
            held.set(found);
            return Files.write(draft, found.document().write());
        });
        Found found = held.get();
        if (found != null) {
            DeviceEvent.CommandEnded end = found.end();
            Written written = new Written(
                    target.toString(), found.device(), end.id(), end.outcome().name(), end.receiptDigest());
            output.print(
                    spec.commandLine().getOut(),
                    written,
                    out -> out.println(
                            written.outcome() + " by " + written.device() + ", " + written.digest() + " in " + target));
        }
        return 0;
    }

    private Found find(KubernetesClient client, QueryClient log) throws IOException {
        String namespace = cluster.namespace(client);
        WipeRequest request = client.resources(WipeRequest.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (request == null) {
            throw new CliFailure(ExitCode.NOT_FOUND, "namespace " + namespace + " has no WipeRequest " + name);
        }
        String device = namespace + "/" + request.getSpec().deviceRef().name();
        String uid = request.getMetadata().getUid();
        AtomicReference<DeviceEvent.@Nullable CommandEnded> last = new AtomicReference<>();
        log.life(device, line -> {
            DeviceEvent.CommandEnded end = ended(line);
            // A command's id is the request's uid, a dash and the enrolment.
            if (end != null && end.id().startsWith(uid + "-")) {
                last.set(end);
            }
        });
        DeviceEvent.CommandEnded end = last.get();
        if (end == null) {
            throw new CliFailure(
                    ExitCode.NOT_FOUND,
                    "the audit log has no receipt for " + name + ": its device has not confirmed it, or did so longer "
                            + "ago than the log keeps (400 days)");
        }
        try {
            return new Found(device, end, ReceiptDocument.of(end.receipt() == null ? "" : end.receipt()));
        } catch (IllegalArgumentException e) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "the audit log has only the receipt's digest " + end.receiptDigest() + ", not what proves it: "
                            + e.getMessage());
        }
    }

    private static DeviceEvent.@Nullable CommandEnded ended(AuditLine line) {
        AuditRecord record = line.event();
        if (record == null) {
            return null;
        }
        try {
            return Json.read(record.bytes(), EventRecord.class).event() instanceof DeviceEvent.CommandEnded end
                    ? end
                    : null;
        } catch (MalformedJson newer) {
            // An event of a newer version is none that this program could take a receipt from.
            return null;
        }
    }
}
