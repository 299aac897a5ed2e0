package io.kubemdm.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.audit.QueryAccess;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.validate.CheckedManifests;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.plan.RolloutPlan;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm plan}. */
@Command(
        name = "plan",
        description = {
            "Show what a bundle and a rollout would do, before anything is applied.",
            "",
            "Devices of each step, who is offline, who would become non-compliant by the bundle's rules, which actions "
                    + "would follow and who else wants a say. The operator tells it from the devices' last known state, by "
                    + "the code that decides once it is applied. Nothing is changed."
        },
        exitCodeListHeading = "%nExit codes (others see 'kubemdm --help'):%n",
        exitCodeList = {"0:the plan is told", "1:a manifest is invalid", "2:a manifest could not be read or checked"},
        footer = {
            "",
            "Examples:",
            "  kubemdm plan -f bundle.yaml -f rollout.yaml -n acme",
            "  kubemdm plan -f rollout.yaml --names -o json"
        })
public final class PlanCommand implements Callable<Integer> {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "A file with a Rollout, and with its PolicyBundle unless the cluster has it; - is standard "
                    + "input. May be repeated.")
    private List<String> files = List.of();

    @Option(names = "--names", description = "Name the devices, at most " + RolloutPlan.MAX_NAMES + " a list.")
    private boolean names;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private QueryAccess query = new QueryAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ObjectNode question = question(CheckedManifests.read(files), names);
        String named = question.at("/rollout/metadata/namespace").textValue();
        RolloutPlan plan = query.ask(cluster, (client, api) -> {
            String namespace = named == null ? cluster.namespace(client) : named;
            return read(api.post(
                    "/v1/plan?namespace=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8),
                    Json.write(question)));
        });
        output.print(spec.commandLine().getOut(), plan, out -> new PlanReport(plan)
                .tell(out, spec.commandLine().getColorScheme().ansi()));
        return ExitCode.OK.number();
    }

    private static RolloutPlan read(byte[] answer) throws IOException {
        try {
            return Json.read(answer, RolloutPlan.class);
        } catch (MalformedJson e) {
            throw new IOException("the query API's answer is not understood: " + e.getMessage(), e);
        }
    }

    /** What is asked: the one rollout of these objects and its bundle, if it is among them. */
    static ObjectNode question(List<ObjectNode> objects, boolean names) {
        List<ObjectNode> rollouts = ofKind(objects, "Rollout");
        if (rollouts.size() != 1) {
            throw new CliFailure(
                    ExitCode.USAGE, "-f: one Rollout is planned at a time, the files have " + rollouts.size());
        }
        ObjectNode rollout = rollouts.getFirst();
        String wanted = rollout.at("/spec/bundleRef/name").asText();
        ObjectNode question = Json.mapper().createObjectNode();
        question.set("rollout", rollout);
        @Nullable ObjectNode bundle = ofKind(objects, "PolicyBundle").stream()
                .filter(each -> each.at("/metadata/name").asText().equals(wanted))
                .findFirst()
                .orElse(null);
        if (bundle != null) {
            question.set("bundle", bundle);
        }
        question.put("names", names ? RolloutPlan.MAX_NAMES : 0);
        return question;
    }

    private static List<ObjectNode> ofKind(List<ObjectNode> objects, String kind) {
        return objects.stream()
                .filter(each -> each.path("kind").asText().equals(kind))
                .toList();
    }
}
