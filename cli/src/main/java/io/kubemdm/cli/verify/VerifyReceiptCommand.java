package io.kubemdm.cli.verify;

import io.kubemdm.cli.audit.TrustFile;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.ReceiptDocument;
import io.kubemdm.protocol.trust.ReceiptVerdict;
import io.kubemdm.protocol.trust.ReceiptVerdict.Refused;
import io.kubemdm.protocol.trust.ReceiptVerdict.Verified;
import io.kubemdm.protocol.trust.ReceiptVerifier;
import io.kubemdm.protocol.trust.TrustBundle;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm verify receipt}. */
@Command(
        name = "receipt",
        description = {
            "Check what a device signed after it had carried out a command.",
            "",
            "Needs nothing but the file and the root's certificate. A receipt that is genuine and says that the device "
                    + "failed is no proof of a wipe: the exit code is 1."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the device signed that it is done, and shows it",
            "1:it did not, or it says that it failed",
            "2:it could not be checked"
        },
        footer = {"", "Example:", "  kubemdm verify receipt receipt.json --ca pki/root/ca.crt"})
public final class VerifyReceiptCommand implements Callable<Integer> {

    /**
     * What was found.
     *
     * @param proven whether it is the device's word that it is done
     * @param receipt what was signed; null when it is not to be believed
     * @param certificateEnded when the device's certificate ended, if that was before it was done
     * @param reason why it proves nothing; null when it does
     */
    record Result(
            boolean proven,
            @Nullable Receipt receipt,
            @Nullable String keyId,
            @Nullable String digest,
            @Nullable Instant certificateEnded,
            @Nullable String reason) {}

    @Parameters(paramLabel = "FILE", description = "A receipt document, or the JWS with its certificates (x5c).")
    private Path file = Path.of("");

    @Option(
            names = "--ca",
            required = true,
            paramLabel = "FILE",
            description = "PEM file with the root, such as root/ca.crt of 'pki init'; other CA certificates in it may "
                    + "complete the device's chain.")
    private Path authority = Path.of("");

    @Option(
            names = "--digest",
            paramLabel = "sha256:…",
            description = "The digest it must have, as WipeRequest.status.receipt.digest says.")
    private @Nullable String digest;

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return Checking.of(() -> {
            String text = Checking.read(file);
            Result result = result(text, TrustFile.read("--ca", authority));
            output.print(spec.commandLine().getOut(), result, out -> tell(out, result));
            return result.proven();
        });
    }

    private Result result(String text, TrustBundle trust) {
        try {
            ReceiptDocument document = text.startsWith("{")
                    ? ReceiptDocument.read(text.getBytes(StandardCharsets.ISO_8859_1))
                    : ReceiptDocument.of(text);
            ReceiptVerdict verdict = new ReceiptVerifier(trust).verify(document);
            return switch (verdict) {
                case Verified verified -> believed(verified);
                case Refused refused -> unproven(refused.reason() + ": " + refused.message());
            };
        } catch (MalformedJson | IllegalArgumentException e) {
            return unproven("it is no receipt: " + e.getMessage());
        }
    }

    private Result believed(Verified verified) {
        Receipt receipt = verified.receipt();
        String reason = null;
        if (digest != null && !digest.equals(verified.digest())) {
            reason = "the digest is not " + digest;
        } else if (receipt.outcome() != Receipt.Outcome.Completed) {
            reason = "it is genuine and says " + receipt.outcome()
                    + (receipt.failedStep() == null ? "" : " at " + receipt.failedStep())
                    + (receipt.message() == null ? "" : ": " + receipt.message());
        }
        return new Result(
                reason == null, receipt, verified.keyId(), verified.digest(), verified.certificateEnded(), reason);
    }

    private static Result unproven(String reason) {
        return new Result(false, null, null, null, null, reason);
    }

    private void tell(PrintWriter out, Result result) {
        out.println(result.proven() ? "OK" : "NOT PROVEN " + file + ": " + result.reason());
        Receipt receipt = result.receipt();
        if (receipt == null) {
            return;
        }
        out.println("device     " + receipt.device() + ", life " + receipt.epoch());
        out.println("command    " + receipt.type() + " " + receipt.id() + " (no. " + receipt.seq() + ")");
        out.println("outcome    " + receipt.outcome() + " at " + receipt.completedAt() + " by the device's clock");
        receipt.erased().forEach(each -> out.println("erased     " + each));
        receipt.storage()
                .forEach(each -> out.println("storage    " + each.device() + ": key slots " + each.slotsBefore()
                        + " -> " + (each.provesErasure() ? "none, header overwritten" : each.slotsAfter())));
        out.println("digest     " + result.digest());
        out.println("signed by  " + result.keyId());
        if (result.certificateEnded() != null) {
            out.println("late       its certificate had ended at " + result.certificateEnded()
                    + ": the key is the device's, nothing but its wipe was left to it");
        }
    }
}
