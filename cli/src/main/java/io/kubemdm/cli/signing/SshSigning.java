package io.kubemdm.cli.signing;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Signs by {@code ssh-keygen}, which alone knows passphrases, agents and tokens. */
public final class SshSigning {

    private SshSigning() {}

    /**
     * The armoured signature of a statement.
     *
     * @param purpose {@code -n} of {@code ssh-keygen}
     */
    public static String sign(Path key, String purpose, byte[] statement) {
        try {
            Path text = Files.createTempFile("kubemdm-statement", ".json");
            Path signature = text.resolveSibling(text.getFileName() + ".sig");
            try {
                Files.write(text, statement);
                // It asks for passphrases and touches at the terminal itself.
                Process process = new ProcessBuilder(
                                "ssh-keygen", "-Y", "sign", "-n", purpose, "-f", key.toString(), text.toString())
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                if (process.waitFor() != 0) {
                    throw new CliFailure(ExitCode.FAILED, "ssh-keygen did not sign with " + key);
                }
                return Files.readString(signature, StandardCharsets.US_ASCII);
            } finally {
                Files.deleteIfExists(text);
                Files.deleteIfExists(signature);
            }
        } catch (IOException e) {
            throw new CliFailure(ExitCode.FAILED, "cannot sign with " + key + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCode.FAILED, "interrupted while signing");
        }
    }
}
