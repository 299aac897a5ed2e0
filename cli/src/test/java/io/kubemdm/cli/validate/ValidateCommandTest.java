package io.kubemdm.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.cli.Run;
import io.kubemdm.protocol.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValidateCommandTest {

    private static final String BUNDLE = """
            apiVersion: kubemdm.io/v1alpha1
            kind: PolicyBundle
            metadata: {name: p-1.0.0}
            spec:
              policy: p
              version: 1.0.0
            """;

    private static final String ACCOUNT = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: ann}
            """;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsValid(Path sample) throws IOException {
        // Some name a device that the reader fills in.
        Run run = validate(Files.readString(sample).replace("DEVICE", "d-1"));

        assertThat(run.exitCode()).as(run.out()).isZero();
    }

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", "samples"))) {
            // What is applied is numbered; beside it lie a workflow and a chart's values.
            return files.filter(file -> file.getFileName().toString().matches("[0-9].*[.]yaml"))
                    .filter(file -> !file.toString().endsWith("values.yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("validOnes")
    void whatTheApiServerTakesIsValid(String manifest) throws IOException {
        Run run = validate(manifest);

        assertThat(run.exitCode()).as(run.out()).isZero();
    }

    static List<String> validOnes() {
        return List.of(
                BUNDLE,
                "---\n# nothing\n---\n" + BUNDLE + "---\n",
                BUNDLE.replace("name: p-1.0.0", "name: p, creationTimestamp: null, labels: {a: b}"),
                BUNDLE.replace("name: p-1.0.0", "generateName: p-"),
                BUNDLE + "  nonComplianceActions: [{action: Notify}, {action: Lock, after: 1d}]\n",
                BUNDLE + "  access: [{audience: 'urn:wiki'}]\n",
                BUNDLE + "  settings: {heartbeatInterval: 1m30s, wifi: [{ssid: a, security: Wpa3Enterprise,"
                        + " certificateProfile: p}]}\n",
                BUNDLE + "  rules: [{name: r, expression: 'os.version.startsWith(\"12\")'}]\n",
                "{\"apiVersion\": \"kubemdm.io/v1alpha1\", \"kind\": \"EnrollmentToken\", \"metadata\": {\"name\": \"t\"},"
                        + " \"spec\": {\"secretHash\": \"sha256:" + "0".repeat(64)
                        + "\", \"expiresAt\": \"2027-01-01T00:00:00Z\"}}",
                // kubectl keeps a time that stands without quotes as text.
                """
                apiVersion: kubemdm.io/v1alpha1
                kind: EnrollmentToken
                metadata: {name: t}
                spec: {secretHash: "sha256:%s", expiresAt: 2027-01-01T00:00:00Z}
                """.formatted("0".repeat(64)));
    }

    @ParameterizedTest
    @MethodSource("invalidOnes")
    void whatIsWrongIsNamedWithItsFieldAndLine(String manifest, String place, String message) throws IOException {
        Run run = validate(manifest);

        assertThat(run.exitCode()).as(run.out()).isEqualTo(1);
        assertThat(run.out().replaceAll("\\s+", " ")).contains(place + " ", message);
        assertThat(run.out().lines().skip(1))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    static List<Arguments> invalidOnes() {
        return List.of(
                arguments(
                        BUNDLE + "  colour: red\n",
                        "line 7 spec.colour",
                        "is not a field: remove it, or use one of access"),
                arguments(
                        BUNDLE + "  settings: {password: {minLenght: 8}}\n",
                        "spec.settings.password.minLenght",
                        "minLength"),
                arguments(BUNDLE.replace("name: p-1.0.0", "name: p, label: x"), "line 3 metadata.label", "labels"),
                arguments(BUNDLE + "data: {}\n", "line 7 data", "is not a field"),
                arguments(BUNDLE.replace("  policy: p\n", ""), "line 4 spec.policy", "is required: add it"),
                arguments(BUNDLE.replace("{name: p-1.0.0}", "{}"), "line 3 metadata.name", "is required"),
                arguments(BUNDLE.replace("p-1.0.0", "P_1"), "metadata.name", "does not match"),
                arguments(
                        BUNDLE + "  enforcement: Strict\n",
                        "line 7 spec.enforcement",
                        "[\"Enforce\", \"Shadow\", \"Warn\"]"),
                arguments(BUNDLE + "  priority: high\n", "line 7 spec.priority", "string found, integer expected"),
                arguments(BUNDLE + "  priority: 1001\n", "line 7 spec.priority", "maximum value of 1000"),
                arguments(BUNDLE.replace("1.0.0\n", "1.0\n"), "line 6 spec.version", "number found, string expected"),
                arguments(BUNDLE + "  platforms: [Linux, Linux]\n", "line 7 spec.platforms", "unique"),
                arguments(BUNDLE.replace("PolicyBundle", "Policy"), "line 2 kind", "ChangeApproval, Device"),
                arguments(BUNDLE.replace("v1alpha1", "v1"), "line 2 kind", "use kubemdm.io/v1alpha1"),
                arguments(BUNDLE.replace("kind: PolicyBundle\n", ""), "kind", "is required"),
                arguments("- 1\n", "line 1", "is no object"),
                arguments(
                        BUNDLE + "  settings: {sysctl: {net.ipv4.ip_forward: \"1\\n\"}}\n",
                        "line 7 spec.settings.sysctl['net.ipv4.ip_forward']",
                        "does not match"),
                // Rules between fields, as the CRD has them.
                arguments(
                        BUNDLE + "  nonComplianceActions: [{action: Lock, after: 1d}, {action: Notify}]\n",
                        "line 4 spec",
                        "put the earlier action first"),
                arguments(
                        BUNDLE + "  access: [{audience: 'urn:wiki', maxTtl: 6m}]\n",
                        "line 7 spec.access[0].maxTtl",
                        "at most 5m"),
                arguments(
                        BUNDLE + "  settings: {wifi: [{ssid: a, security: Open, secretRef: {name: s}}]}\n",
                        "line 7 spec.settings.wifi[0]",
                        "use certificateProfile"),
                arguments(
                        BUNDLE + "  settings: {sysctl: {ip_forward: '1'}}\n",
                        "line 7 spec.settings.sysctl",
                        "correct the key"),
                arguments(
                        BUNDLE + "  access:\n  - {audience: 'urn:wiki'}\n  - {audience: 'urn:wiki'}\n",
                        "line 9 spec.access[1]",
                        "has the audience of an earlier element"),
                // A bundle's own rules.
                arguments(
                        BUNDLE + "  rules:\n  - name: r\n    expression: os.verson == '12'\n",
                        "line 9 spec.rules[0].expression",
                        "line 1, column 1: there is no fact 'os.verson': did you mean os.version?"),
                arguments(
                        BUNDLE + "  rules: [{name: r, expression: os.version}]\n",
                        "line 7 spec.rules[0].expression",
                        "a rule is true or false, this is string"),
                arguments(
                        BUNDLE
                                + "  rules: [{name: r, expression: 'packages.installed.all(a, packages.installed.all(b, a == b))'}]\n",
                        "line 7 spec.rules",
                        "the limit is 10000"),
                // Rubbish.
                arguments("a: [1\n", "line 2", "is no YAML"),
                arguments("a: 1\na: 2\n", "line 2", "duplicate key a"),
                arguments("a: !!javax.script.ScriptEngineManager []\n", "line 1", "is no YAML"),
                arguments("a: \0\n", "invalid", "is no YAML"),
                arguments("a: !!binary aGk=\n", "invalid", "JSON has not"),
                arguments("a: &x [*x, *x, *x]\n", "invalid", "write it flatter"),
                arguments("[".repeat(100), "invalid", "is no YAML"),
                arguments("---\na: 1\n".repeat(257), "invalid", "has more than 256 documents"));
    }

    @Test
    void otherKindsArePassedOverAndEachDocumentIsJudged() throws IOException {
        Run run = validate(ACCOUNT + "---\n" + BUNDLE + "---\n" + BUNDLE.replace("PolicyBundle", "Device"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "document 1 ServiceAccount ann: passed over, not of kubemdm.io",
                        "document 2 PolicyBundle p-1.0.0: valid",
                        "document 3 Device p-1.0.0: invalid",
                        "1 valid, 1 invalid, 1 passed over");
        assertThat(validate(ACCOUNT).exitCode()).isZero();
    }

    @Test
    void whatCannotBeReadIsNotChecked() throws IOException {
        Path none = temp.resolve("none.yaml");
        assertThat(Run.of("validate", none.toString()).exitCode()).isEqualTo(2);
        assertThat(Run.of("validate", none.toString()).out()).contains("not checked", "does not exist");
        assertThat(Run.of("validate", temp.toString()).out()).contains("is a folder: name its files");
        assertThat(validate("# nothing\n").exitCode()).isEqualTo(2);
        assertThat(validate("#" + "x".repeat(SourceFile.MAX_BYTES)).out())
                .contains("is larger than 1048576 bytes: split it");
        assertThat(Run.of("validate").exitCode()).isEqualTo(2);
        Path latin = Files.write(temp.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
        assertThat(Run.of("validate", latin.toString()).exitCode()).isEqualTo(1);
        assertThat(Run.of("validate", latin.toString()).out()).contains("is not UTF-8");
    }

    @Test
    void theResultIsToldToPrograms() throws IOException {
        Path file = Files.writeString(temp.resolve("p.yaml"), BUNDLE + "  rules: [{name: r, expression: os.verson}]\n");
        Run run = Run.of("validate", "-o", "json", file.toString());

        JsonNode report = Json.mapper().readTree(run.out());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(report.path("valid").asBoolean()).isFalse();
        JsonNode finding = report.at("/findings/0");
        assertThat(finding.path("file").asText()).isEqualTo(file.toString());
        assertThat(finding.path("document").asInt()).isEqualTo(1);
        assertThat(finding.path("result").asText()).isEqualTo("Invalid");
        assertThat(finding.at("/problems/0/field").asText()).isEqualTo("spec.rules[0].expression");
        assertThat(finding.at("/problems/0/line").asInt()).isEqualTo(7);
    }

    @Test
    void aFileCannotWriteOnTheTerminal() throws IOException {
        Run run = validate(BUNDLE + "  \"\\e[31mred\": 1\n");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).doesNotContain("\u001b").contains("?[31mred");
    }

    @Test
    void aDashIsStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(BUNDLE.getBytes(StandardCharsets.UTF_8)));
        try {
            Run run = Run.of("validate", "-");
            assertThat(run.exitCode()).as(run.out()).isZero();
            assertThat(run.out()).contains("standard input document 1 PolicyBundle p-1.0.0: valid");
        } finally {
            System.setIn(before);
        }
    }

    private Run validate(String manifest) throws IOException {
        Path file = Files.createTempFile(temp, "m", ".yaml");
        Files.writeString(file, manifest);
        return Run.of("validate", file.toString());
    }
}
