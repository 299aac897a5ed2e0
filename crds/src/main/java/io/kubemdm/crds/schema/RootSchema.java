package io.kubemdm.crds.schema;

import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kubemdm.crds.Formats;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Completes the schema of one kind: descriptions of the root, list types, time formats, and each rule once.
 *
 * <p>The input's first line describes the kind; each other line is {@code property: set}, {@code property: atomic} or
 * {@code property: map key}, and holds wherever a list of that name occurs in the kind, or with
 * {@code parent.property} only below that parent. A list it does not name is refused, so that nobody forgets to choose.
 */
public final class RootSchema implements SchemaCustomizer.Customizer {

    @Override
    public JSONSchemaProps apply(JSONSchemaProps root, String input, KubernetesSerialization serialization) {
        String[] lines = input.strip().split("\n", -1);
        Map<String, String> listTypes = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] pair = lines[i].split(":", 2);
            listTypes.put(pair[0].strip(), pair[1].strip());
        }
        root.setDescription(lines[0].strip());
        root.setRequired(List.of("spec"));
        root.getProperties().get("spec").setDescription("What people want; written by people and GitOps.");
        root.getProperties()
                .get("status")
                .setDescription("What was observed; written by KubeMDM and rebuilt when lost.");
        root.getProperties().forEach((name, schema) -> complete("", name, schema, listTypes));
        return root;
    }

    private static void complete(String parent, String name, JSONSchemaProps schema, Map<String, String> listTypes) {
        if ("array".equals(schema.getType())) {
            setListType(parent, name, schema, listTypes);
            complete(parent, name, schema.getItems().getSchema(), listTypes);
        }
        if (Formats.TIME.equals(schema.getPattern())) {
            schema.setFormat("date-time");
        }
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(
                    schema.getXKubernetesValidations().stream().distinct().toList());
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((child, childSchema) -> complete(name, child, childSchema, listTypes));
        }
    }

    private static void setListType(String parent, String name, JSONSchemaProps schema, Map<String, String> listTypes) {
        String declared = listTypes.getOrDefault(parent + "." + name, listTypes.get(name));
        if (declared == null) {
            throw new IllegalStateException("list '" + name + "' has no type: name it in the input of RootSchema");
        }
        String[] words = declared.split(" ", 2);
        schema.setXKubernetesListType(words[0]);
        if (words.length == 2) {
            schema.setXKubernetesListMapKeys(List.of(words[1]));
        }
    }
}
