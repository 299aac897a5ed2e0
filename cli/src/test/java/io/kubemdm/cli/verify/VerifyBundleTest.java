package io.kubemdm.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.cli.Run;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyBundleTest {

    private static final BundleContent BUNDLE =
            new BundleContent("baseline", "1.0.0", null, null, null, null, null, null, null, null);

    @TempDir
    static Path temp;

    private static Path pki;

    @BeforeAll
    static void keys() {
        pki = temp.resolve("pki");
        Run.of("pki", "init", "--out", pki.toString(), "--gateway-host", "g", "--enroll-host", "e");
    }

    @Test
    void aBundleOfTheOperatorVerifiesAndIsNamed() throws IOException {
        Run run = verify(signer("orders-signing").sign(JwsType.BUNDLE, BUNDLE.canonical()) + "\n");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("OK", "baseline@1.0.0", BUNDLE.digest());
    }

    @Test
    void anotherDigestThanExpectedDoesNotVerify() throws IOException {
        String jws = signer("orders-signing").sign(JwsType.BUNDLE, BUNDLE.canonical());

        assertThat(verify(jws, "--digest", "sha256:" + "0".repeat(64)).exitCode())
                .isEqualTo(1);
        assertThat(verify(jws, "--digest", BUNDLE.digest()).exitCode()).isZero();
    }

    @Test
    void aBundleSignedByAnotherKeyOrAsSomethingElseDoesNotVerify() throws IOException {
        Run key = verify(signer("ledger-signing").sign(JwsType.BUNDLE, BUNDLE.canonical()));
        assertThat(key.exitCode()).isEqualTo(1);
        assertThat(key.out()).contains("UnknownKey");

        Run type = verify(signer("orders-signing").sign(JwsType.COMMAND, BUNDLE.canonical()));
        assertThat(type.exitCode()).isEqualTo(1);
        assertThat(type.out()).contains("WrongType");
    }

    @Test
    void aMissingFileIsNotChecked() {
        assertThat(Run.of(
                                "verify",
                                "bundle",
                                temp.resolve("none").toString(),
                                "--trust",
                                pki.resolve("trust.pem").toString())
                        .exitCode())
                .isEqualTo(2);
    }

    private static Run verify(String jws, String... more) throws IOException {
        Path file = Files.createTempFile(temp, "bundle", ".jws");
        Files.writeString(file, jws);
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {
                    "verify",
                    "bundle",
                    file.toString(),
                    "--trust",
                    pki.resolve("trust.pem").toString()
                },
                0,
                arguments,
                0,
                5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Run.of(arguments);
    }

    private static Signer signer(String folder) throws IOException {
        return new Signer(Pem.privateKey(Files.readString(pki.resolve(folder).resolve("tls.key"))), (ECPublicKey)
                Pem.certificates(Files.readString(pki.resolve(folder).resolve("tls.crt")))
                        .getFirst()
                        .getPublicKey());
    }
}
