package io.kubemdm.cli.pki;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    private ExistingPki existing = new ExistingPki();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Authority authority =
                new Authority(new SecureRandom(), Clock.systemUTC().instant());
        Pki rotated = existing.read(authority).rotateAccess(authority);
        existing.folder().replaceAccess(rotated);
        existing.print(spec.commandLine().getOut(), rotated, PkiManifests::access);
        return 0;
    }
}
