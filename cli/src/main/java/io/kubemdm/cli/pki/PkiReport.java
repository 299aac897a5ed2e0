package io.kubemdm.cli.pki;

import io.kubemdm.cli.terminal.Table;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/**
 * What was made, without any key.
 *
 * @param caPin what agents are given as {@code --ca-pin}
 */
record PkiReport(String folder, String caPin, List<Entry> certificates) {

    /** One certificate, its folder below the installation's, and what it is for. */
    record Entry(String name, String purpose, Instant notAfter, List<String> hosts) {}

    static PkiReport of(PkiFolder folder, Pki pki) {
        return new PkiReport(
                folder.path().toString(),
                pki.caPin(),
                List.of(
                        entry(PkiFolder.ROOT, "signs the others; keep its key offline", pki.root()),
                        entry(PkiFolder.ISSUING, "signs device certificates", pki.issuing()),
                        entry(PkiFolder.ORDERS, "signs orders, bundles, revocations", pki.orders()),
                        entry(PkiFolder.LEDGER, "signs the issuance ledger", pki.ledger()),
                        entry(PkiFolder.CHECKPOINTS, "signs heads of the event chain", pki.checkpoints()),
                        entry(PkiFolder.ACCESS, "signs access tokens", pki.access()),
                        entry(PkiFolder.ACCESS_NEXT, "signs access tokens after a rotation", pki.accessNext()),
                        entry(PkiFolder.GATEWAY, "TLS server", pki.gateway()),
                        entry(PkiFolder.ENROLL, "TLS server", pki.enroll()),
                        entry(PkiFolder.QUERY, "TLS server", pki.query())));
    }

    private static Entry entry(String name, String purpose, Credential credential) {
        return new Entry(
                name,
                purpose,
                credential.certificate().getNotAfter().toInstant(),
                PkiRenewServersCommand.hosts(credential.certificate()));
    }

    void tell(PrintWriter out) {
        Table table = new Table("FOLDER", "PURPOSE", "ENDS");
        for (Entry entry : certificates) {
            String hosts = entry.hosts().isEmpty() ? "" : " for " + String.join(", ", entry.hosts());
            table.row(
                    entry.name(),
                    entry.purpose() + hosts,
                    entry.notAfter().atZone(ZoneOffset.UTC).toLocalDate().toString());
        }
        out.println("Keys of the installation in " + folder);
        table.print(out, Ansi.OFF);
        out.println("Agents trust it with:  --ca-pin " + caPin);
        out.println("Signatures verify with:  --trust " + folder + "/" + PkiFolder.TRUST);
        out.flush();
    }
}
