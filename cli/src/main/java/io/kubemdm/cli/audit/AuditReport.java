package io.kubemdm.cli.audit;

import io.kubemdm.cli.terminal.Table;
import io.kubemdm.protocol.audit.AuditVerifier;
import io.kubemdm.protocol.audit.AuditVerifier.Finding;
import io.kubemdm.protocol.audit.Flaw;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * What verifying came to.
 *
 * @param verifies whether nothing is wrong
 * @param signatures whether signed heads were checked against a trust bundle
 * @param cut what an export lacks as a whole; null when its last line is there and agrees
 */
record AuditReport(
        boolean verifies,
        boolean signatures,
        long events,
        @Nullable String cut,
        List<Finding> partitions) {

    static AuditReport of(AuditVerifier verifier, boolean signatures) {
        List<Finding> findings = verifier.findings();
        String cut = verifier.complete()
                ? null
                : "the log ends early: its last line is missing, or counts other partitions or events than there are";
        boolean flawless = findings.stream().allMatch(finding -> finding.flaw() == null);
        return new AuditReport(
                flawless && cut == null,
                signatures,
                findings.stream().mapToLong(Finding::events).sum(),
                cut,
                findings);
    }

    void tell(PrintWriter out, Ansi ansi, boolean wide) {
        List<Flaw> flaws =
                partitions.stream().map(Finding::flaw).filter(Objects::nonNull).toList();
        if (wide || !flaws.isEmpty()) {
            Table table = new Table("PARTITION", "EVENTS", "LAST", "SIGNED", "RESULT");
            partitions.forEach(finding -> table.row(
                    Integer.toString(finding.partition()),
                    Long.toString(finding.events()),
                    offset(finding.lastOffset()),
                    offset(finding.signedThrough()),
                    finding.flaw() == null
                            ? "@|green verifies|@"
                            : "@|red " + finding.flaw().kind() + "|@"));
            table.print(out, ansi);
        }
        flaws.forEach(flaw -> out.println(ansi.string("@|red BROKEN|@ ") + flaw));
        if (cut != null) {
            out.println(ansi.string("@|red BROKEN|@ ") + cut);
        }
        String heads = signatures ? "signed heads checked" : "signatures of heads not checked: no --trust";
        if (verifies) {
            out.println(ansi.string("@|green OK|@ ") + events + " events in " + partitions.size() + " partitions; "
                    + heads);
        }
    }

    private static String offset(long offset) {
        return offset < 0 ? "-" : Long.toString(offset);
    }
}
