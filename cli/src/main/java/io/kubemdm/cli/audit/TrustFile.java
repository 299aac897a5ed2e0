package io.kubemdm.cli.audit;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.TrustBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates in a file, as {@code pki init} leaves them in {@code trust.pem}. */
public final class TrustFile {

    private static final int MAX_BYTES = 1 << 20;

    private TrustFile() {}

    /**
     * What a file says is to be believed.
     *
     * @param option the option that names the file, for messages
     * @throws CliFailure when it is not there, or holds no certificates or no root
     */
    public static TrustBundle read(String option, Path file) throws IOException {
        try {
            return new TrustBundle(certificates(option, file));
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, option + " " + file + ": " + e.getMessage());
        }
    }

    /**
     * The certificates in a file.
     *
     * @throws CliFailure as {@link #read}
     */
    public static List<X509Certificate> certificates(String option, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CliFailure(ExitCode.NOT_FOUND, option + " " + file + " does not exist");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new CliFailure(ExitCode.USAGE, option + " " + file + " is larger than " + MAX_BYTES + " bytes");
        }
        try {
            return Pem.certificates(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, option + " " + file + ": " + e.getMessage());
        }
    }
}
