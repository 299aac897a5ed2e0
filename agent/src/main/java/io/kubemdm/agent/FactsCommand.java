package io.kubemdm.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Facts;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm-agent facts}. */
@Command(
        name = "facts",
        mixinStandardHelpOptions = true,
        description = "Measure this device now and tell what a heartbeat would report.")
final class FactsCommand implements Callable<Integer> {

    @Mixin
    private RootOptions options = new RootOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        AgentConfig config = options.config();
        Map<String, JsonNode> facts = Facts.collect(options.facts(), options.drivers(config), Map.of());
        PrintWriter out = spec.commandLine().getOut();
        options.print(out, facts, () -> facts.forEach((name, value) -> tell(out, name, value)));
        return ExitCode.OK.number();
    }

    private static void tell(PrintWriter out, String name, JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(entry -> tell(out, name + "." + entry.getKey(), entry.getValue()));
        } else {
            out.printf("%-28s %s%n", name, value.asText());
        }
    }
}
