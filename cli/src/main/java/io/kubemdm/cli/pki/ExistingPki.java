package io.kubemdm.cli.pki;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.kubemdm.cli.terminal.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The folder of an installation in which a command renews something, and how it shows what came of it. */
final class ExistingPki {

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Folder that 'pki init' made.")
    private Path dir = Path.of("");

    @Option(
            names = "--namespace",
            defaultValue = "kubemdm-system",
            paramLabel = "NAMESPACE",
            description = "Namespace of the manifests. Default: ${DEFAULT-VALUE}.")
    private String namespace = "";

    @Option(names = "--manifests", description = "Print the Secrets that have changed, for kubectl.")
    private boolean manifests;

    @Mixin
    private Output output = new Output();

    PkiFolder folder() {
        return new PkiFolder(dir);
    }

    /** All of it; what folders of older versions lack is issued. */
    Pki read(Authority authority) throws IOException {
        return folder().read(
                        root -> authority.issue(root, Profile.server("query", PkiInitCommand.queryHosts(namespace))),
                        root -> authority.issue(root, Pki.ACCESS));
    }

    /** Prints what has changed for kubectl, or all of it for people and programs. */
    void print(PrintWriter out, Pki pki, BiFunction<Pki, String, List<HasMetadata>> changed) {
        if (manifests) {
            out.print(PkiManifests.yaml(changed.apply(pki, namespace)));
            out.flush();
        } else {
            PkiReport report = PkiReport.of(folder(), pki);
            output.print(out, report, report::tell);
        }
    }
}
