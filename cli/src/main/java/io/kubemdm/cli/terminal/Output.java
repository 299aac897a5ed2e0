package io.kubemdm.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.protocol.json.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /** Whether there is room for more columns. */
    public boolean wide() {
        return format == OutputFormat.wide;
    }

    /** Whether it is for people, not for programs. */
    public boolean people() {
        return format == OutputFormat.table || format == OutputFormat.wide;
    }

    /** Prints one of several values that follow each other: JSON in a line, YAML as a document. */
    public void line(PrintWriter out, Object value) {
        switch (format) {
            case json -> out.println(new String(Json.write(value), StandardCharsets.UTF_8));
            case yaml -> out.print(Serialization.asYaml(Json.mapper().valueToTree(value)));
            case table, wide, name -> throw new CliFailure(ExitCode.USAGE, "-o: values that follow are json or yaml");
        }
        out.flush();
    }

    /**
     * Prints a result that is no object of the cluster, so that there is no {@code -o name}.
     *
     * @param value what JSON and YAML show: a record, a map or a list of such
     * @param people prints it for people
     */
    public void print(PrintWriter out, Object value, Consumer<PrintWriter> people) {
        if (format == OutputFormat.name) {
            throw new CliFailure(ExitCode.USAGE, "-o name: this command prints no object; use json or yaml");
        }
        print(out, value, List.of(), people);
    }

    /**
     * Prints objects of the cluster.
     *
     * @param names what {@code -o name} prints, as kubectl takes it: {@code wiperequest.kubemdm.io/x}
     */
    public void print(PrintWriter out, Object value, List<String> names, Consumer<PrintWriter> people) {
        switch (format) {
            case table, wide -> people.accept(out);
            case name -> names.forEach(out::println);
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
