package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.protocol.json.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** A change of one field of a rollout, and what is said after. */
final class Change {

    @Mixin
    private Target target = new Target();

    KubernetesClient connect() {
        return target.connect();
    }

    Rollout find(KubernetesClient client) {
        return target.find(client);
    }

    /** Changes one field of the very object that was looked at; a status that was written meanwhile is no conflict. */
    int set(KubernetesClient client, Rollout rollout, String field, Object value, PrintWriter out, String done) {
        String patch = new String(
                Json.write(Map.of(
                        "metadata", Map.of("uid", rollout.getMetadata().getUid()),
                        "spec", Map.of(field, value))),
                StandardCharsets.UTF_8);
        Rollout changed = client.resources(Rollout.class)
                .inNamespace(rollout.getMetadata().getNamespace())
                .withName(rollout.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        target.print(
                out,
                RolloutState.of(changed),
                to -> to.println("Rollout " + changed.getMetadata().getName() + ": " + done));
        return ExitCode.OK.number();
    }

    static CliFailure conflict(RolloutState state, String why) {
        return new CliFailure(ExitCode.CONFLICT, "Rollout " + state.name() + " is " + state.phase() + ": " + why);
    }
}
