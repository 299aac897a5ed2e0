package io.kubemdm.testbed.region;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.testbed.controlplane.Kubectl.Result;
import io.kubemdm.testbed.process.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The installation's keys, made once by {@code kubemdm pki init} as an administrator would. */
final class KeysAssembly {

    private final Site site;

    KeysAssembly(Site site) {
        this.site = site;
    }

    /** The Secrets and the ConfigMap, as YAML; the same at each call. Makes the keys' pin known. */
    String build() {
        String manifests = manifests();
        try {
            String root = Files.readString(root(site.folder()));
            site.roster()
                    .address(
                            Addresses.PIN,
                            Digest.of(Pem.certificates(root)
                                    .getFirst()
                                    .getPublicKey()
                                    .getEncoded()));
            site.roster().address(Addresses.QUERY_CA, root(site.folder()).toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the root's certificate", e);
        }
        return manifests;
    }

    private String manifests() {
        Path file = site.folder().path().resolve("pki-manifests.yaml");
        try {
            if (!Files.exists(file)) {
                // Half of a PKI, from an earlier try that was interrupted, is none.
                RegionEnd.clean(new RegionFolder(site.folder().pki()));
                Result made = new Cli(site)
                        .run(List.of(
                                "pki",
                                "init",
                                "--out",
                                site.folder().pki().toString(),
                                "--namespace",
                                Site.NAMESPACE,
                                "--gateway-host",
                                "localhost",
                                "--gateway-host",
                                "127.0.0.1",
                                "--enroll-host",
                                "localhost",
                                "--enroll-host",
                                "127.0.0.1",
                                "--manifests"));
                try (var out = SecretFile.create(file)) {
                    out.write(made.out().getBytes(StandardCharsets.UTF_8));
                }
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the keys in " + file, e);
        }
    }

    /** The root's certificate, which devices are told to believe. */
    static Path root(RegionFolder folder) {
        return folder.pki().resolve("root/ca.crt");
    }
}
