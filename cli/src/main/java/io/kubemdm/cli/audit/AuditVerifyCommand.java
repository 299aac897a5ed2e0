package io.kubemdm.cli.audit;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.crds.Formats;
import io.kubemdm.protocol.audit.AuditVerifier;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm audit verify}. */
@Command(
        name = "verify",
        description = {
            "Check the hash chain of every partition of the audit log, and the heads the engine signed.",
            "",
            "Names the first record of each partition that was edited, is missing or stands elsewhere. "
                    + "With --file nothing but the file and the trust bundle is needed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the log verifies", "1:it is broken", "2:it could not be checked"},
        footer = {
            "",
            "Examples:",
            "  kubemdm audit verify --trust pki/trust.pem",
            "  kubemdm audit verify --file audit.jsonl --trust trust.pem"
        })
public final class AuditVerifyCommand implements Callable<Integer> {

    @Option(names = "--file", paramLabel = "FILE", description = "An exported log; without it the live one.")
    private @Nullable Path file;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "PEM file with root and checkpoints certificate, such as trust.pem of 'pki init'. Without it "
                    + "signatures are not checked, and a log written anew as a whole is not noticed.")
    private @Nullable Path trust;

    @Option(
            names = "--max-unsigned",
            defaultValue = "1h",
            paramLabel = "DURATION",
            description = "With --trust: how old a record may be before a signed head must stand at or after it. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String maxUnsigned = "";

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private QueryAccess query = new QueryAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            AuditVerifier verifier = new AuditVerifier(heads(), Formats.duration(maxUnsigned));
            if (file == null) {
                query.ask(cluster, (client, log) -> {
                    new LiveLog(log, Clock.systemUTC()).read(verifier::accept);
                    return true;
                });
            } else {
                try (InputStream in = Files.newInputStream(file)) {
                    JsonLines.read(in, verifier::accept);
                }
            }
            AuditReport report = AuditReport.of(verifier, trust != null);
            output.print(
                    spec.commandLine().getOut(),
                    report,
                    out -> report.tell(out, spec.commandLine().getColorScheme().ansi(), output.wide()));
            return report.verifies() ? 0 : ExitCode.FAILED.number();
        } catch (MalformedJson e) {
            // A line that cannot be read is not told apart from one that was broken on purpose.
            spec.commandLine().getErr().println("BROKEN " + file + ": " + e.getMessage());
            return ExitCode.FAILED.number();
        } catch (NoSuchFileException e) {
            throw unchecked("--file " + file + " does not exist");
        } catch (IOException | CliFailure | IllegalArgumentException e) {
            throw unchecked(String.valueOf(e.getMessage()));
        } catch (KubernetesClientException e) {
            throw unchecked("the cluster's token could not be had: " + e.getMessage());
        }
    }

    private static CliFailure unchecked(String message) {
        return new CliFailure(ExitCode.USAGE, message);
    }

    private @Nullable Verifier heads() throws IOException {
        return trust == null
                ? null
                : TrustFile.read("--trust", trust)
                        .verifier(KeyUse.CHECKPOINTS, Clock.systemUTC().instant());
    }
}
