package io.kubemdm.cli.pki;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm pki renew-servers}. */
@Command(
        name = "renew-servers",
        description = {
            "Give gateway, enroll and query API new keys and certificates from the same root.",
            "",
            "Host names stay as they are unless given. Devices and their certificates are not touched."
        },
        footer = {"", "Example:", "  kubemdm pki renew-servers --dir pki --manifests | kubectl apply --server-side -f -"
        })
public final class PkiRenewServersCommand implements Callable<Integer> {

    @Mixin
    private ExistingPki existing = new ExistingPki();

    @Option(names = "--gateway-host", paramLabel = "HOST", description = "New host of the gateway; may be repeated.")
    private List<String> gatewayHosts = List.of();

    @Option(names = "--enroll-host", paramLabel = "HOST", description = "New host of enroll; may be repeated.")
    private List<String> enrollHosts = List.of();

    @Option(names = "--query-host", paramLabel = "HOST", description = "New host of the query API; may be repeated.")
    private List<String> queryHosts = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Authority authority =
                new Authority(new SecureRandom(), Clock.systemUTC().instant());
        Pki old = existing.read(authority);
        Credential gateway = authority.issue(old.root(), Profile.server("gateway", hosts(gatewayHosts, old.gateway())));
        Credential enroll = authority.issue(old.root(), Profile.server("enroll", hosts(enrollHosts, old.enroll())));
        Credential query = authority.issue(old.root(), Profile.server("query", hosts(queryHosts, old.query())));
        Pki renewed = new Pki(
                old.root(),
                old.issuing(),
                old.orders(),
                old.ledger(),
                old.checkpoints(),
                old.access(),
                old.accessNext(),
                gateway,
                enroll,
                query);
        existing.folder().replaceServers(renewed);
        existing.print(spec.commandLine().getOut(), renewed, PkiManifests::servers);
        return 0;
    }

    private static List<String> hosts(List<String> given, Credential old) {
        return given.isEmpty() ? hosts(old.certificate()) : given;
    }

    /** The subject alternative names: DNS names and IP addresses, both as text (see {@link X509Certificate}). */
    static List<String> hosts(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).toList();
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the server certificate's names cannot be read", e);
        }
    }
}
