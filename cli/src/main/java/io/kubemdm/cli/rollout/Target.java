package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Question;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The rollout that a command changes: options, question, change of one field, answer. */
final class Target {

    @Parameters(paramLabel = "NAME", description = "Name of the Rollout.")
    private String name = "";

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    KubernetesClient connect() {
        return cluster.connect();
    }

    Rollout find(KubernetesClient client) {
        return find(client, cluster.namespace(client), name);
    }

    static Rollout find(KubernetesClient client, String namespace, String name) {
        Rollout found = client.resources(Rollout.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (found == null) {
            throw new CliFailure(ExitCode.NOT_FOUND, "namespace " + namespace + " has no Rollout " + name);
        }
        return found;
    }

    /** Asks, unless told not to. */
    void ask(PrintWriter err, String question) throws IOException {
        if (!yes && !Question.agreed(err, question)) {
            throw new CliFailure(ExitCode.FAILED, "nothing was changed");
        }
    }

    /** Changes one field of the very object that was looked at; a status that was written meanwhile is no conflict. */
    int change(KubernetesClient client, Rollout rollout, String field, Object value, PrintWriter out, String done) {
        String patch = new String(
                Json.write(Map.of(
                        "metadata", Map.of("uid", rollout.getMetadata().getUid()),
                        "spec", Map.of(field, value))),
                StandardCharsets.UTF_8);
        Rollout changed = client.resources(Rollout.class)
                .inNamespace(rollout.getMetadata().getNamespace())
                .withName(rollout.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        output.print(
                out,
                RolloutState.of(changed),
                List.of("rollout.kubemdm.io/" + changed.getMetadata().getName()),
                to -> to.println("Rollout " + changed.getMetadata().getName() + ": " + done));
        return ExitCode.OK.number();
    }

    static CliFailure conflict(RolloutState state, String why) {
        return new CliFailure(ExitCode.CONFLICT, "Rollout " + state.name() + " is " + state.phase() + ": " + why);
    }
}
