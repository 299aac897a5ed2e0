package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every bound of every field, broken once each against the real API server: refused, and the field named. */
@ExtendWith(InstalledExtension.class)
class BoundsTest {
    static final List<String> KINDS = Samples.KINDS;

    /** Refused whenever it is set, so no valid object can show it. */
    private static final List<String> REFUSED_ALWAYS =
            List.of("spec.settings.wifi[].secretRef", "spec.settings.vpn[].secretRef", "spec.offlineLease.eraseAfter");

    /** Goes with a Rollout, and the complete ChangeApproval is about a PolicyBundle, with which its signature goes. */
    private static final String OF_ANOTHER_TARGET = "spec.targetRef.generation";

    /** Admission writes them at creation, so only an update can break their bounds. */
    private static final List<String> OVERWRITTEN = List.of("spec.requestedBy", "spec.approvedBy");

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyBoundIsEnforcedAndItsFieldNamed(String plural, Installed installed) {
        ObjectNode object = Samples.complete(plural);
        Resources.name(object, "bounds");
        Resources.Answer created = installed.resources().create(plural, object, false);
        assertThat(created.message()).isEmpty();
        JSONSchemaProps schema = schema(plural, installed);

        Violations spec = new Violations(object, "spec", schema.getProperties().get("spec"));
        Violations status =
                new Violations(object, "status", schema.getProperties().get("status"));

        List<String> kept = new ArrayList<>();
        for (Violations.Violation broken : spec.found) {
            Resources.Answer answer = OVERWRITTEN.contains(broken.path())
                    ? installed.resources().replace(plural, with("spec", broken, created.object()), true)
                    : installed.resources().create(plural, broken.object(), true);
            expectRefusal(broken, answer, kept);
        }
        for (Violations.Violation broken : status.found) {
            Resources.Answer answer =
                    installed.resources().replaceStatus(plural, with("status", broken, created.object()), true);
            expectRefusal(broken, answer, kept);
        }
        assertThat(kept).isEmpty();
        assertThat(spec.found).hasSizeGreaterThan(3);
        spec.unused.removeAll(REFUSED_ALWAYS);
        spec.unused.remove(OF_ANOTHER_TARGET);
        assertThat(spec.unused).isEmpty();
        assertThat(status.unused).isEmpty();
    }

    private static JSONSchemaProps schema(String plural, Installed installed) {
        return installed.definitions().stream()
                .filter(definition ->
                        definition.getSpec().getNames().getPlural().equals(plural))
                .findAny()
                .orElseThrow()
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema();
    }

    private static JsonNode with(String field, Violations.Violation broken, JsonNode stored) {
        ObjectNode object = stored.deepCopy();
        object.set(field, broken.object().get(field));
        return object;
    }

    private static void expectRefusal(Violations.Violation broken, Resources.Answer answer, List<String> kept) {
        if (answer.code() != 422 || !answer.message().contains(broken.path())) {
            kept.add(broken.path() + " " + broken.bound() + ": " + answer.code() + " " + answer.message());
        }
    }
}
