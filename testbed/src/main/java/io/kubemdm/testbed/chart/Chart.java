package io.kubemdm.testbed.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.testbed.controlplane.Kubectl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A rendered chart. Its objects stay as Helm wrote them: typed models may not know every field of a newer API.
 *
 * @param objects everything the chart makes, in Helm's order
 */
public record Chart(List<JsonNode> objects) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final String RELEASE = "kubemdm";
    private static final String DEFINITION = "CustomResourceDefinition";

    public Chart {
        objects = List.copyOf(objects);
    }

    /**
     * Renders a chart with the real Helm, without asking any cluster.
     *
     * @param valueFiles as {@code --values}
     * @param values as {@code --set-string}
     * @throws IllegalStateException when Helm refuses; the message has its words
     */
    public static Chart render(
            Path helm, Path chart, String namespace, List<Path> valueFiles, Map<String, String> values) {
        List<String> command = new ArrayList<>(List.of(
                helm.toString(), "template", RELEASE, chart.toString(), "--namespace", namespace, "--skip-tests"));
        valueFiles.forEach(file -> command.addAll(List.of("--values", file.toString())));
        values.forEach((key, value) -> command.addAll(List.of("--set-string", key + "=" + value.replace(",", "\\,"))));
        return new Chart(parse(run(command)));
    }

    /** The objects of a YAML stream. */
    public static List<JsonNode> parse(String yaml) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        } catch (IOException e) {
            throw new IllegalStateException("Helm's output is no YAML", e);
        }
    }

    private static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            String out = text(process.getInputStream());
            if (process.waitFor() != 0) {
                throw new IllegalStateException("helm template: " + err.join().strip());
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run Helm", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rendering the chart", e);
        }
    }

    private static String text(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Deployments among the objects. */
    public List<Deployment> deployments() {
        return objects.stream()
                .filter(one -> kind(one).equals("Deployment"))
                .map(one -> Serialization.unmarshal(one.toString(), Deployment.class))
                .toList();
    }

    /**
     * Applies all of it by server-side apply: namespaces and definitions, then, once the API server serves those, the
     * rest.
     *
     * @param namespace the release's, created when the chart does not
     * @throws IllegalStateException when the API server refuses any of it
     */
    public void apply(Kubectl kubectl, String namespace) {
        List<JsonNode> definitions =
                objects.stream().filter(one -> kind(one).equals(DEFINITION)).toList();
        kubectl.apply(
                "{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}\n" + documents(definitions));
        if (!definitions.isEmpty()) {
            List<String> wait = new ArrayList<>(List.of("wait", "--for=condition=Established", "--timeout=60s"));
            definitions.forEach(
                    one -> wait.add("crd/" + one.at("/metadata/name").asText()));
            kubectl.run(wait.toArray(String[]::new));
        }
        kubectl.apply(documents(objects.stream()
                .filter(one -> !definitions.contains(one))
                .map(Chart::paused)
                .toList()));
    }

    /** A cluster with controllers of its own must not start a second copy of what the testbed runs. */
    private static JsonNode paused(JsonNode object) {
        if (!kind(object).equals("Deployment")) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        copy.withObject("/spec").put("paused", true);
        return copy;
    }

    private static String kind(JsonNode object) {
        return object.path("kind").asText();
    }

    /** JSON is YAML. */
    private static String documents(List<JsonNode> objects) {
        StringBuilder documents = new StringBuilder();
        objects.forEach(one -> documents.append("---\n").append(one).append('\n'));
        return documents.toString();
    }
}
