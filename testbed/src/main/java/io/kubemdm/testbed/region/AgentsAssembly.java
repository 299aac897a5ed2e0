package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.region.RegionState.Condition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The devices: each enrols itself once with a token minted for it, then its agent is a watched process. */
final class AgentsAssembly {

    /** With what every agent's name begins. */
    static final String PREFIX = "agent-";

    private static final String LAUNCHER = "agent/bin/kubemdm-agent";
    private static final String ENROLLED = "enrolled";

    private final Site site;
    private final Cli cli;
    private final Set<String> watched = new HashSet<>();

    AgentsAssembly(Site site) {
        this.site = site;
        this.cli = new Cli(site);
    }

    /** Enrols and starts whoever is wanted and missing; completes when they run. For one thread. */
    CompletableFuture<Void> follow(AgentsWanted wanted, Kubectl kubectl) {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        wanted.read().forEach((namespace, count) -> {
            List<String> missing = new ArrayList<>();
            for (int number = 1; number <= count; number++) {
                String name = AgentsWanted.name(namespace, number);
                if (watched.add(name)) {
                    missing.add(name);
                }
            }
            if (!missing.isEmpty()) {
                started.add(site.step("enrolment in " + namespace, progress -> token(kubectl, namespace, missing))
                        .thenComposeAsync(token -> enrolAll(missing, token), site.executor()));
            }
        });
        return CompletableFuture.allOf(started.toArray(CompletableFuture[]::new));
    }

    /** One token for all who have yet to enrol, with exactly as many uses; empty when none has. */
    private String token(Kubectl kubectl, String namespace, List<String> agents) {
        long uses = agents.stream().filter(agent -> !isEnrolled(agent)).count();
        if (uses == 0) {
            return "";
        }
        return new Tokens(cli).limited(kubectl, namespace, uses);
    }

    private CompletableFuture<Void> enrolAll(List<String> agents, String token) {
        return CompletableFuture.allOf(agents.stream()
                .map(agent -> CompletableFuture.runAsync(() -> enrol(agent, token), site.executor())
                        .thenComposeAsync(enrolled -> watch(agent), site.executor())
                        .whenComplete((nothing, failure) -> {
                            if (failure != null) {
                                site.roster().tell(agent, Condition.FAILED, failure.getMessage());
                            }
                        }))
                .toArray(CompletableFuture[]::new));
    }

    private void enrol(String agent, String token) {
        if (isEnrolled(agent)) {
            return;
        }
        String enroll = site.roster().address(Addresses.ENROLL);
        String gateway = site.roster().address(Addresses.GATEWAY);
        if (enroll == null || gateway == null) {
            throw new IllegalStateException(
                    "no Deployment of the chart has a port named enroll, or none named channel");
        }
        Path root = root(agent);
        try {
            Files.createDirectories(root);
            cli.run(
                    site.checkout().path(LAUNCHER),
                    List.of(
                            "enroll",
                            "--root",
                            root.toString(),
                            "--server",
                            Addresses.first(enroll),
                            "--gateway",
                            gateway,
                            "--ca",
                            KeysAssembly.root(site.folder()).toString(),
                            "--token",
                            token));
            Files.createFile(root.resolveSibling(ENROLLED));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay " + agent, e);
        }
    }

    private CompletableFuture<Void> watch(String agent) {
        Path root = root(agent);
        ChildSpec spec = new ChildSpec(
                agent,
                List.of(site.checkout().path(LAUNCHER).toString(), "run", "--root", root.toString()),
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                root.getParent(),
                root.resolveSibling("log"),
                Lifeline.DETACHED);
        return site.part(spec, List.of(), new AgentProbe(root)).watch().ready();
    }

    private boolean isEnrolled(String agent) {
        return Files.exists(root(agent).resolveSibling(ENROLLED));
    }

    private Path root(String agent) {
        return site.folder().agents().resolve(agent.substring(PREFIX.length())).resolve("root");
    }
}
