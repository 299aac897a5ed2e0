package io.kubemdm.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.kubemdm.crds.schema.RootSchema;
import org.junit.jupiter.api.Test;

class RootSchemaTest {

    @Test
    void aListWithoutADeclaredTypeStopsTheBuild() {
        assertThatThrownBy(() -> complete("A thing."))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("list 'things' has no type: name it in the input of RootSchema");
    }

    @Test
    void aListMergesAsItIsDeclared() {
        JSONSchemaProps spec =
                complete("A thing.\nthings: map name").getProperties().get("spec");

        assertThat(spec.getProperties().get("things").getXKubernetesListType()).isEqualTo("map");
        assertThat(spec.getProperties().get("things").getXKubernetesListMapKeys())
                .containsExactly("name");
    }

    private static JSONSchemaProps complete(String input) {
        JSONSchemaProps things = new JSONSchemaPropsBuilder()
                .withType("array")
                .withNewItems()
                .withNewSchema()
                .withType("object")
                .endSchema()
                .endItems()
                .build();
        JSONSchemaProps root = new JSONSchemaPropsBuilder()
                .withType("object")
                .addToProperties(
                        "spec",
                        new JSONSchemaPropsBuilder()
                                .withType("object")
                                .addToProperties("things", things)
                                .build())
                .addToProperties(
                        "status",
                        new JSONSchemaPropsBuilder().withType("object").build())
                .build();
        return new RootSchema().apply(root, input, Crds.YAML);
    }
}
