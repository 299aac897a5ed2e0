package io.kubemdm.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.cli.Run;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifyTest {

    @TempDir
    static Path temp;

    private static Path trust;
    private static Signer engine;

    @BeforeAll
    static void keys() throws IOException {
        Path pki = temp.resolve("pki");
        Run.of("pki", "init", "--out", pki.toString(), "--gateway-host", "g", "--enroll-host", "e");
        trust = pki.resolve("trust.pem");
        Path key = pki.resolve("checkpoints-signing");
        engine = new Signer(Pem.privateKey(Files.readString(key.resolve("tls.key"))), (ECPublicKey)
                Pem.certificates(Files.readString(key.resolve("tls.crt")))
                        .getFirst()
                        .getPublicKey());
    }

    @Test
    void anExportOfManyRecordsVerifiesOffline() throws IOException {
        Run run = verify(ExportedLog.lines(10_000, 500, engine));

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("20000 events in 2 partitions", "signed heads checked");
    }

    @Test
    void anEditedByteNamesItsRecord() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        edit(lines, 40, "PeerGone", "PeerHere");

        // Kafka leaves a gap after every transaction, so the record may as well have lost its successor.
        assertBroken(verify(lines), "EditedOrMissing", 0, 40);
    }

    @Test
    void anEditedHeaderNamesItsRecord() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        edit(lines, 40, "\"ce_id\":\"acme/d-0-0/", "\"ce_id\":\"acme/d-0-1/");

        assertBroken(verify(lines), "Edited", 0, 40);
    }

    @Test
    void aRemovedRecordIsMissingAfterItsPredecessor() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        lines.remove(at(lines, 40));

        assertBroken(verify(lines), "Missing", 0, 38);
    }

    @Test
    void twoSwappedRecordsAreReordered() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        Collections.swap(lines, at(lines, 40), at(lines, 42));

        assertBroken(verify(lines), "Reordered", 0, 42);
    }

    @Test
    void aTailThatIsGoneIsToldByTheHeadAboveIt() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        // The last 5 records of partition 0, and the count at the end made to agree.
        for (long offset = 90; offset <= 98; offset += 2) {
            lines.remove(at(lines, offset));
        }
        lines.set(lines.size() - 1, "{\"end\":{\"events\":95}}");

        assertBroken(verify(lines), "Cut", 0, 88);
    }

    @Test
    void aFileThatEndsEarlyIsBroken() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        Run run = verify(lines.subList(0, lines.size() - 1));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("ends early");
    }

    @Test
    void aLineThatIsNoneIsNamedByItsNumber() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        lines.set(7, "{\"event\":");
        Run run = verify(lines);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("line 8");
    }

    @Test
    void theReportIsMachineReadable() throws IOException {
        List<String> lines = ExportedLog.lines(50, 4, engine);
        lines.remove(at(lines, 40));
        JsonNode report = Json.read(verify(lines, "-o", "json").out().getBytes(StandardCharsets.UTF_8), JsonNode.class);

        assertThat(report.get("verifies").asBoolean()).isFalse();
        assertThat(report.at("/partitions/0/flaw/kind").asText()).isEqualTo("Missing");
        assertThat(report.at("/partitions/1/flaw").isMissingNode()).isTrue();
    }

    @Test
    void whatCannotBeCheckedIsNeitherGoodNorBroken() {
        assertThat(Run.of("audit", "verify", "--file", temp.resolve("none").toString())
                        .exitCode())
                .isEqualTo(2);
        assertThat(Run.of(
                                "audit",
                                "verify",
                                "--file",
                                trust.toString(),
                                "--trust",
                                temp.resolve("none").toString())
                        .exitCode())
                .isEqualTo(2);
        assertThat(Run.of("audit", "verify", "--file", trust.toString(), "--max-unsigned", "soon")
                        .exitCode())
                .isEqualTo(2);
    }

    private static void assertBroken(Run run, String kind, int partition, long offset) {
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out()).contains("BROKEN " + kind + " partition=" + partition + " offset=" + offset + ":");
        assertThat(run.out().lines()).anySatisfy(line -> assertThat(line).matches("1 +50 +98 +98 +verifies"));
    }

    private static Run verify(List<String> lines, String... more) throws IOException {
        Path file = Files.createTempFile(temp, "audit", ".jsonl");
        Files.write(file, lines);
        List<String> arguments = new java.util.ArrayList<>(
                List.of("audit", "verify", "--file", file.toString(), "--trust", trust.toString()));
        arguments.addAll(List.of(more));
        return Run.of(arguments.toArray(String[]::new));
    }

    private static void edit(List<String> lines, long offset, String from, String to) {
        int line = at(lines, offset);
        assertThat(lines.get(line)).contains(from);
        lines.set(line, lines.get(line).replace(from, to));
    }

    /** The line of a record of partition 0. */
    private static int at(List<String> lines, long offset) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("{\"event\":{\"partition\":0,\"offset\":" + offset + ",")) {
                return i;
            }
        }
        throw new IllegalArgumentException("no record at " + offset);
    }
}
