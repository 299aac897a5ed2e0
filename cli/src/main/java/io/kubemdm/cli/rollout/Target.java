package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.crds.rollout.Rollout;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The rollout that a command is about, and how it is shown. */
final class Target {

    @Parameters(paramLabel = "NAME", description = "Name of the Rollout.")
    private String name = "";

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    KubernetesClient connect() {
        return cluster.connect();
    }

    Rollout find(KubernetesClient client) {
        String namespace = cluster.namespace(client);
        Rollout found = client.resources(Rollout.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (found == null) {
            throw new CliFailure(ExitCode.NOT_FOUND, "namespace " + namespace + " has no Rollout " + name);
        }
        return found;
    }

    /** How it is to be shown. */
    Output output() {
        return output;
    }

    /** Shows it, to people by {@code told}. */
    void print(PrintWriter out, RolloutState state, Consumer<PrintWriter> told) {
        output.print(out, state, List.of("rollout.kubemdm.io/" + state.name()), told);
    }
}
