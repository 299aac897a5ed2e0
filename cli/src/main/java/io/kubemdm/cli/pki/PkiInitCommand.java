package io.kubemdm.cli.pki;

import io.kubemdm.cli.terminal.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm pki init}. */
@Command(
        name = "init",
        description = {
            "Make a new installation's root CA, device CA, signing keys and server certificates.",
            "",
            "The folder holds one folder per Secret. Its root/ signs new server certificates and nothing else "
                    + "needs it: keep it offline. An existing folder is never overwritten."
        },
        footer = {
            "",
            "Example:",
            "  kubemdm pki init --out pki --gateway-host mdm.example.com \\",
            "      --enroll-host enroll.example.com --manifests | kubectl create -f -"
        })
public final class PkiInitCommand implements Callable<Integer> {

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to make.")
    private Path out = Path.of("");

    @Option(
            names = "--gateway-host",
            required = true,
            paramLabel = "HOST",
            description = "DNS name or IP address agents connect to; may be repeated.")
    private List<String> gatewayHosts = List.of();

    @Option(
            names = "--enroll-host",
            required = true,
            paramLabel = "HOST",
            description = "DNS name or IP address devices enrol at; may be repeated.")
    private List<String> enrollHosts = List.of();

    @Option(
            names = "--query-host",
            paramLabel = "HOST",
            description =
                    "DNS name or IP address people read the audit log at; may be repeated. Default: localhost, for "
                            + "port-forwards, and the Service's names.")
    private List<String> queryHosts = List.of();

    @Option(
            names = "--namespace",
            defaultValue = "kubemdm-system",
            paramLabel = "NAMESPACE",
            description = "Namespace of the manifests. Default: ${DEFAULT-VALUE}.")
    private String namespace = "";

    @Option(
            names = "--manifests",
            description = "Print the Secrets and the ConfigMap that the chart's Deployments mount, for kubectl.")
    private boolean manifests;

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Pki pki = Pki.create(
                new Authority(new SecureRandom(), Clock.systemUTC().instant()),
                new Pki.Hosts(gatewayHosts, enrollHosts, queryHosts.isEmpty() ? queryHosts(namespace) : queryHosts));
        PkiFolder folder = new PkiFolder(out);
        folder.create(pki);
        PrintWriter stdout = spec.commandLine().getOut();
        if (manifests) {
            stdout.print(PkiManifests.yaml(PkiManifests.all(pki, namespace)));
            stdout.flush();
            PkiReport.of(folder, pki).tell(spec.commandLine().getErr());
        } else {
            PkiReport report = PkiReport.of(folder, pki);
            output.print(stdout, report, report::tell);
        }
        return 0;
    }

    /** Where the operator's servers are reached inside of the cluster, and through a port-forward. */
    static List<String> queryHosts(String namespace) {
        return List.of(
                "localhost",
                "127.0.0.1",
                "kubemdm-query",
                "kubemdm-query." + namespace + ".svc",
                "kubemdm-automation",
                "kubemdm-automation." + namespace + ".svc");
    }
}
