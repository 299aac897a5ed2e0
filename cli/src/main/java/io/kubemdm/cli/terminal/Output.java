package io.kubemdm.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.protocol.json.Json;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The {@code -o} option, and printing a result the way it says. */
public final class Output {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "One of: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.table;

    /**
     * Prints a result.
     *
     * @param value what JSON and YAML show: a record, a map or a list of such
     * @param people prints it for people
     */
    public void print(PrintWriter out, Object value, Consumer<PrintWriter> people) {
        switch (format) {
            case table -> people.accept(out);
            case json -> out.println(json(value));
            case yaml -> out.print(Serialization.asYaml(Json.mapper().valueToTree(value)));
        }
        out.flush();
    }

    private static String json(Object value) {
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }
}
