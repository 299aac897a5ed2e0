package io.kubemdm.cli.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.cli.Run;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put into the place of servers' and tokens' keys later. */
class PkiRenewalTest {

    @TempDir
    Path temp;

    private Path dir;

    @BeforeEach
    void makeKeys() {
        dir = temp.resolve("pki");
        Run init = Run.of(
                "pki",
                "init",
                "--out",
                dir.toString(),
                "--gateway-host",
                "mdm.example.com",
                "--gateway-host",
                "127.0.0.1",
                "--enroll-host",
                "e");
        assertThat(init.exitCode()).as(init.err()).isZero();
    }

    @Test
    void renewedServersHaveNewKeysForTheSameHostsFromTheSameRoot() throws Exception {
        X509Certificate old = certificate("gateway-tls", "tls.crt");
        byte[] orders = Files.readAllBytes(dir.resolve("orders-signing/tls.key"));

        Run renew = Run.of("pki", "renew-servers", "--dir", dir.toString());

        assertThat(renew.exitCode()).as(renew.err()).isZero();
        X509Certificate renewed = certificate("gateway-tls", "tls.crt");
        assertThat(renewed.getPublicKey()).isNotEqualTo(old.getPublicKey());
        assertThat(renewed.getSubjectAlternativeNames()).hasSameElementsAs(old.getSubjectAlternativeNames());
        renewed.verify(certificate("root", "ca.crt").getPublicKey());
        assertThat(Files.readAllBytes(dir.resolve("orders-signing/tls.key"))).isEqualTo(orders);
    }

    @Test
    void aRotationPutsTheNextKeyOfTokensInThePresentOnesPlace() throws Exception {
        String next = Files.readString(dir.resolve("access-signing-next/tls.crt"));

        Run rotate = Run.of("pki", "rotate-access", "--dir", dir.toString(), "--manifests");

        assertThat(rotate.exitCode()).as(rotate.err()).isZero();
        assertThat(rotate.out()).contains("kubemdm-access-signing", "kubemdm-access-signing-next");
        assertThat(Files.readString(dir.resolve("access-signing/tls.crt"))).isEqualTo(next);
        assertThat(Files.readString(dir.resolve("access-signing-next/tls.crt"))).isNotEqualTo(next);
    }

    @Test
    void aFolderOfAnOlderVersionGetsAQueryServerWhenServersAreRenewed() throws Exception {
        for (String file : List.of("tls.key", "tls.crt", "ca.crt")) {
            Files.delete(dir.resolve("query-tls").resolve(file));
        }
        Files.delete(dir.resolve("query-tls"));

        Run renew = Run.of("pki", "renew-servers", "--dir", dir.toString(), "--namespace", "mdm");

        assertThat(renew.exitCode()).as(renew.err()).isZero();
        assertThat(PkiRenewServersCommand.hosts(Pem.certificates(Files.readString(dir.resolve("query-tls/tls.crt")))
                        .getFirst()))
                .contains("localhost", "kubemdm-query.mdm.svc");
    }

    private X509Certificate certificate(String folder, String file) throws IOException {
        return Pem.certificates(Files.readString(dir.resolve(folder).resolve(file)))
                .getFirst();
    }
}
