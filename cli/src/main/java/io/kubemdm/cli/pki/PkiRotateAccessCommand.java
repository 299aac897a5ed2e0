package io.kubemdm.cli.pki;

import io.kubemdm.cli.terminal.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm pki rotate-access}. */
@Command(
        name = "rotate-access",
        description = {
            "Sign access tokens by the key that was to be next, and make another next one.",
            "",
            "Verifiers know the next key already, since gateways publish both; tokens of the old key are good until "
                    + "they end. A folder of an older version gets both keys."
        },
        footer = {"", "Example:", "  kubemdm pki rotate-access --dir pki --manifests | kubectl apply --server-side -f -"
        })
public final class PkiRotateAccessCommand implements Callable<Integer> {

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Folder that 'pki init' made.")
    private Path dir = Path.of("");

    @Option(
            names = "--namespace",
            defaultValue = "kubemdm-system",
            paramLabel = "NAMESPACE",
            description = "Namespace of the manifests. Default: ${DEFAULT-VALUE}.")
    private String namespace = "";

    @Option(names = "--manifests", description = "Print the two Secrets, for kubectl.")
    private boolean manifests;

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PkiFolder folder = new PkiFolder(dir);
        Authority authority =
                new Authority(new SecureRandom(), Clock.systemUTC().instant());
        Pki rotated = folder.read(
                        root -> authority.issue(root, Profile.server("query", PkiInitCommand.queryHosts(namespace))),
                        root -> authority.issue(root, Pki.ACCESS))
                .rotateAccess(authority);
        folder.replaceAccess(rotated);
        PrintWriter stdout = spec.commandLine().getOut();
        if (manifests) {
            stdout.print(PkiManifests.yaml(PkiManifests.access(rotated, namespace)));
            stdout.flush();
        } else {
            PkiReport report = PkiReport.of(folder, rotated);
            output.print(stdout, report, report::tell);
        }
        return 0;
    }
}
