package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.fleet.FleetProgram;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.SecretFile;
import io.kubemdm.testbed.region.RegionState.Condition;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The simulated fleets: each is one watched process with a token of its own. */
final class FleetsAssembly {

    private final Site site;
    private final FleetsWanted wanted;
    private final Set<String> watched = new HashSet<>();

    FleetsAssembly(Site site) {
        this.site = site;
        this.wanted = FleetsWanted.of(site.folder());
    }

    /** Starts whatever is wanted and missing. For one thread. */
    void follow(Kubectl kubectl) {
        wanted.read().forEach((namespace, arguments) -> {
            if (watched.add(namespace)) {
                var unused = CompletableFuture.runAsync(() -> start(kubectl, namespace, arguments), site.executor())
                        .whenComplete((nothing, failure) -> {
                            if (failure != null) {
                                site.roster()
                                        .tell(FleetsWanted.name(namespace), Condition.FAILED, failure.getMessage());
                            }
                        });
            }
        });
    }

    private void start(Kubectl kubectl, String namespace, List<String> arguments) {
        Path folder = wanted.folder().resolve(namespace);
        Path token = folder.resolve("token");
        if (!Files.exists(token)) {
            String minted = new Tokens(new Cli(site)).unlimited(kubectl, namespace);
            try (OutputStream out = SecretFile.create(token)) {
                out.write(minted.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + token, e);
            }
        }
        List<String> command = new ArrayList<>(List.of(
                Site.java().toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Region.ourClasspath(),
                FleetProgram.class.getName(),
                "--server",
                Addresses.first(Objects.requireNonNull(site.roster().address(Addresses.ENROLL), Addresses.ENROLL)),
                "--gateway",
                Objects.requireNonNull(site.roster().address(Addresses.GATEWAY), Addresses.GATEWAY),
                "--ca",
                KeysAssembly.root(site.folder()).toString(),
                "--token-file",
                token.toString(),
                "--status",
                wanted.statusFile(namespace).toString()));
        command.addAll(arguments);
        ChildSpec spec = new ChildSpec(
                FleetsWanted.name(namespace), command, Map.of(), folder, folder.resolve("log"), Lifeline.DETACHED);
        site.part(spec, List.of(), new FleetProbe(wanted.statusFile(namespace))).watch();
    }
}
