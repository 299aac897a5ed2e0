package io.kubemdm.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules every kind keeps: nothing unbounded, nothing undescribed, no rule without a remedy. */
class SchemaBoundsTest {

    static Stream<Class<? extends HasMetadata>> kinds() {
        return Crds.KINDS.stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyStringListMapAndNumberIsBounded(Class<? extends HasMetadata> kind) {
        List<String> unbounded = new ArrayList<>();
        Crds.walk("", Crds.schema(kind), (path, schema) -> {
            if (unbounded(schema)) {
                unbounded.add(path);
            }
        });

        assertThat(unbounded).isEmpty();
    }

    private static boolean unbounded(JSONSchemaProps schema) {
        return switch (schema.getType()) {
            case "string" ->
                schema.getMaxLength() == null
                        && (schema.getEnum() == null || schema.getEnum().isEmpty());
            case "array" -> schema.getMaxItems() == null || schema.getXKubernetesListType() == null;
            case "integer" -> schema.getMinimum() == null || schema.getMaximum() == null;
            case "object" -> schema.getAdditionalProperties() != null && schema.getMaxProperties() == null;
            default -> false;
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyFieldIsDescribedForExplain(Class<? extends HasMetadata> kind) {
        List<String> silent = new ArrayList<>();
        Crds.walk("", Crds.schema(kind), (path, schema) -> {
            if (!path.endsWith("[]") && !path.endsWith("{}") && schema.getDescription() == null) {
                silent.add(path);
            }
        });

        assertThat(silent).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyRuleNamesFieldAndRemedyOnce(Class<? extends HasMetadata> kind) {
        List<String> rules = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        Crds.walk("", Crds.schema(kind), (path, schema) -> {
            for (ValidationRule rule : rulesOf(schema)) {
                rules.add(path + " " + rule.getRule());
                messages.add(rule.getMessage());
            }
        });

        assertThat(rules).doesNotHaveDuplicates();
        assertThat(messages).allSatisfy(message -> assertThat(message).matches("[^:]+: .*[^.]"));
    }

    private static List<ValidationRule> rulesOf(JSONSchemaProps schema) {
        return schema.getXKubernetesValidations() == null ? List.of() : schema.getXKubernetesValidations();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindHasStatusSubresourceShortNameAndCategory(Class<? extends HasMetadata> kind) {
        CustomResourceDefinition crd = Crds.of(kind);

        assertThat(crd.getSpec().getScope()).isEqualTo("Namespaced");
        assertThat(crd.getSpec().getNames().getCategories()).containsExactly(Api.CATEGORY);
        assertThat(crd.getSpec().getNames().getShortNames()).hasSize(1);
        assertThat(crd.getSpec().getVersions()).singleElement().satisfies(version -> {
            assertThat(version.getSubresources().getStatus()).isNotNull();
            assertThat(version.getAdditionalPrinterColumns().getLast().getName())
                    .isEqualTo("Age");
            // The API server refuses more.
            assertThat(version.getSelectableFields()).hasSizeBetween(1, 8);
        });
    }
}
