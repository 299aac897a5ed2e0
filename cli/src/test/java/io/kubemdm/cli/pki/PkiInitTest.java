package io.kubemdm.cli.pki;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.cli.Run;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.protocol.trust.TrustBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PkiInitTest {

    @TempDir
    Path temp;

    private Path dir;
    private Run init;

    @BeforeEach
    void makeKeys() {
        dir = temp.resolve("pki");
        init = Run.of(
                "pki",
                "init",
                "--out",
                dir.toString(),
                "--gateway-host",
                "mdm.example.com",
                "--gateway-host",
                "127.0.0.1",
                "--enroll-host",
                "enroll.example.com",
                "-o",
                "json");
        assertThat(init.exitCode()).as(init.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "orders-signing, ORDERS, COMMAND",
        "ledger-signing, LEDGER, LEDGER",
        "checkpoints-signing, CHECKPOINTS, CHECKPOINT"
    })
    void signaturesOfAKeyAreBelievedForItsUseAndForNoOther(String folder, KeyUse use, JwsType type) throws IOException {
        Signer signer = new Signer(
                key(folder), (ECPublicKey) certificate(folder, "tls.crt").getPublicKey());
        String signed = signer.sign(type, Map.of("said", "so"));
        TrustBundle trust = new TrustBundle(List.of(certificate("root", "ca.crt"), certificate(folder, "tls.crt")));

        assertThat(trust.verifier(use, Instant.now())
                        .verify(type, signed, JsonNode.class)
                        .payload()
                        .get("said")
                        .asText())
                .isEqualTo("so");
        for (KeyUse other : KeyUse.values()) {
            if (other != use) {
                assertThatThrownBy(() -> trust.verifier(other, Instant.now()).verify(type, signed, JsonNode.class))
                        .isInstanceOf(SignatureRefused.class);
            }
        }
    }

    @Test
    void aKeyOfAnotherInstallationIsNotBelieved() throws IOException {
        Path foreign = temp.resolve("foreign");
        Run.of("pki", "init", "--out", foreign.toString(), "--gateway-host", "g", "--enroll-host", "e");
        X509Certificate strange = Pem.certificates(Files.readString(foreign.resolve("orders-signing/tls.crt")))
                .getFirst();
        String signed = new Signer(
                        Pem.privateKey(Files.readString(foreign.resolve("orders-signing/tls.key"))),
                        (ECPublicKey) strange.getPublicKey())
                .sign(JwsType.COMMAND, Map.of());
        TrustBundle trust = new TrustBundle(List.of(certificate("root", "ca.crt"), strange));

        assertThatThrownBy(() ->
                        trust.verifier(KeyUse.ORDERS, Instant.now()).verify(JwsType.COMMAND, signed, JsonNode.class))
                .isInstanceOf(SignatureRefused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "issuing-ca, any, true",
        "gateway-tls, sslserver, true",
        "enroll-tls, sslserver, true",
        "query-tls, sslserver, true",
        "gateway-tls, sslclient, false",
        "orders-signing, sslserver, false",
        "ledger-signing, sslclient, false"
    })
    void opensslAgreesWhatEachCertificateIsFor(String folder, String purpose, boolean accepted) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "verify",
                "-x509_strict",
                "-CAfile",
                dir.resolve("root/ca.crt").toString()));
        if (!purpose.equals("any")) {
            command.addAll(List.of("-purpose", purpose));
        }
        command.add(dir.resolve(folder).resolve("tls.crt").toString());
        assertThat(exitCode(command) == 0).isEqualTo(accepted);
    }

    @Test
    void theDeviceCaIssuesClientCertificatesAndNoFurtherCa() throws Exception {
        X509Certificate issuing = certificate("issuing-ca", "tls.crt");
        assertThat(issuing.getBasicConstraints()).isZero();
        assertThat(issuing.getExtendedKeyUsage()).containsExactly(KeyUse.DEVICE.oid());
        for (String leaf : List.of("orders-signing", "ledger-signing", "checkpoints-signing", "gateway-tls")) {
            assertThat(certificate(leaf, "tls.crt").getBasicConstraints())
                    .as(leaf)
                    .isEqualTo(-1);
            assertThat(certificate(leaf, "tls.crt").getExtendedKeyUsage())
                    .as(leaf)
                    .hasSize(1);
        }
    }

    @Test
    void onlyTheOwnerCanReadWhatWasWritten() throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void aSecondInitLeavesEveryByteAsItWas() throws IOException {
        byte[] before = Files.readAllBytes(dir.resolve("root/tls.key"));

        Run second = Run.of("pki", "init", "--out", dir.toString(), "--gateway-host", "g", "--enroll-host", "e");

        assertThat(second.exitCode()).isEqualTo(4);
        assertThat(second.err()).contains("never overwritten");
        assertThat(Files.readAllBytes(dir.resolve("root/tls.key"))).isEqualTo(before);
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).containsExactly(dir);
        }
    }

    @Test
    void thePinIsTheDigestOfTheRootsPublicKeyAndNoKeyIsPrinted() throws IOException {
        JsonNode told = Json.read(init.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(told.get("caPin").asText())
                .isEqualTo(
                        Digest.of(certificate("root", "ca.crt").getPublicKey().getEncoded()));
        assertThat(init.out()).doesNotContain("PRIVATE");
    }

    @Test
    void manifestsAreTheSecretsThatTheChartMountsAndNeverTheRootsKey() throws IOException {
        Run run = Run.of(
                "pki",
                "init",
                "--out",
                temp.resolve("other").toString(),
                "--gateway-host",
                "g",
                "--enroll-host",
                "e",
                "--namespace",
                "mdm",
                "--manifests");
        Map<String, HasMetadata> objects = new TreeMap<>();
        for (String document : Pattern.compile("^---\n", Pattern.MULTILINE)
                .splitAsStream(run.out())
                .toList()) {
            if (!document.isBlank()) {
                HasMetadata object = document.contains("kind: \"Secret\"")
                        ? Serialization.unmarshal(document, Secret.class)
                        : Serialization.unmarshal(document, ConfigMap.class);
                assertThat(object.getMetadata().getNamespace()).isEqualTo("mdm");
                objects.put(object.getMetadata().getName(), object);
            }
        }
        assertThat(objects.keySet())
                .containsExactly(
                        "kubemdm-access-signing",
                        "kubemdm-access-signing-next",
                        "kubemdm-checkpoints-signing",
                        "kubemdm-enroll-tls",
                        "kubemdm-gateway-tls",
                        "kubemdm-issuing-ca",
                        "kubemdm-ledger-signing",
                        "kubemdm-orders-signing",
                        "kubemdm-query-tls",
                        "kubemdm-trust");
        assertThat(((ConfigMap) requireNonNull(objects.get("kubemdm-trust"))).getData())
                .containsOnlyKeys("ca.crt", "orders.crt", "ledger.crt", "checkpoints.crt");
        Secret issuing = (Secret) requireNonNull(objects.get("kubemdm-issuing-ca"));
        assertThat(issuing.getData()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        String rootKey = Files.readString(temp.resolve("other/root/tls.key"));
        assertThat(run.out())
                .doesNotContain(Base64.getEncoder().encodeToString(rootKey.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void theTrustBundleIsTheRootAndWhatSigns() throws Exception {
        TrustBundle trust = new TrustBundle(Pem.certificates(Files.readString(dir.resolve("trust.pem"))));

        assertThat(trust.certificates())
                .containsExactly(
                        certificate("root", "tls.crt"),
                        certificate("orders-signing", "tls.crt"),
                        certificate("ledger-signing", "tls.crt"),
                        certificate("checkpoints-signing", "tls.crt"));
    }

    private X509Certificate certificate(String folder, String file) throws IOException {
        return Pem.certificates(Files.readString(dir.resolve(folder).resolve(file)))
                .getFirst();
    }

    private ECPrivateKey key(String folder) throws IOException {
        return Pem.privateKey(Files.readString(dir.resolve(folder).resolve("tls.key")));
    }

    private static int exitCode(List<String> command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "openssl is not installed");
            throw e;
        }
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
