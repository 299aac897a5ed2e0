package io.kubemdm.cli.verify;

import io.kubemdm.cli.audit.TrustFile;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier.Verified;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm verify bundle}. */
@Command(
        name = "bundle",
        description = {
            "Check a signed policy bundle: the JWS that devices fetch.",
            "",
            "Says which policy it is and its digest, which a PolicyBundle's status and a device's report name, too."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it verifies", "1:it does not", "2:it could not be checked"},
        footer = {"", "Example:", "  kubemdm verify bundle bundle.jws --trust pki/trust.pem"})
public final class VerifyBundleCommand implements Callable<Integer> {

    /**
     * What was found.
     *
     * @param reason why it does not verify; null when it does
     */
    record Result(
            boolean verifies,
            @Nullable String policy,
            @Nullable String version,
            @Nullable String digest,
            @Nullable String keyId,
            @Nullable String reason) {}

    @Parameters(paramLabel = "FILE", description = "The signed bundle.")
    private Path file = Path.of("");

    @Option(
            names = "--trust",
            required = true,
            paramLabel = "FILE",
            description = "PEM file with root and orders certificate, such as trust.pem of 'pki init'.")
    private Path trust = Path.of("");

    @Option(
            names = "--digest",
            paramLabel = "sha256:…",
            description = "The digest it must have, as PolicyBundle.status.digest says.")
    private @Nullable String digest;

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return Checking.of(() -> {
            String jws = Checking.read(file);
            var verifier = TrustFile.read("--trust", trust)
                    .verifier(KeyUse.ORDERS, Clock.systemUTC().instant());
            Result result = result(jws, verifier);
            output.print(spec.commandLine().getOut(), result, out -> out.println(words(result)));
            return result.verifies();
        });
    }

    private Result result(String jws, io.kubemdm.protocol.trust.Verifier verifier) {
        try {
            Verified<BundleContent> verified = verifier.verify(JwsType.BUNDLE, jws, BundleContent.class);
            boolean other = digest != null && !digest.equals(verified.digest());
            return new Result(
                    !other,
                    verified.payload().policy(),
                    verified.payload().version(),
                    verified.digest(),
                    verified.keyId(),
                    other ? "the digest is not " + digest : null);
        } catch (SignatureRefused e) {
            return new Result(false, null, null, null, null, e.reason() + ": " + e.getMessage());
        }
    }

    private String words(Result result) {
        return (result.verifies() ? "OK " : "BROKEN " + file + ": " + result.reason() + " ")
                + (result.policy() == null
                        ? ""
                        : result.policy() + "@" + result.version() + " " + result.digest() + " signed by "
                                + result.keyId());
    }
}
