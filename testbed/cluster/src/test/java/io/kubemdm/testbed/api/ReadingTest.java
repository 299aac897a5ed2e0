package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.kubemdm.testbed.controlplane.Kubectl;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** How the kinds read for a person with kubectl. */
@ExtendWith(InstalledExtension.class)
class ReadingTest {
    static final List<String> KINDS = Samples.KINDS;

    @ParameterizedTest
    @CsvSource({
        "met, enrollmenttokens, NAME READY REASON USES MAX EXPIRES AGE",
        "mdev, devices, NAME PLATFORM PHASE CONNECTION COMPLIANCE READY AGE",
        "pb, policybundles, NAME POLICY VERSION ENFORCEMENT READY REASON ASSIGNED APPLIED AGE",
        "mro, rollouts, NAME BUNDLE PHASE STEP ELIGIBLE ADMITTED SUCCEEDED FAILED AGE",
        "wipe, wiperequests, NAME DEVICE TYPE PHASE APPROVED CONFIRMED REQUESTER AGE",
        "wap, wipeapprovals, NAME WIPE DECISION APPROVER AGE",
        "cap, changeapprovals, NAME KIND TARGET DECISION APPROVER AGE",
    })
    void theShortNameListsTheColumnsAnOperatorAsksForFirst(
            String shortName, String plural, String columns, Installed installed) {
        stored(plural, "read-columns", installed);

        String table = installed.plane().kubectl().run("get", shortName, "read-columns", "-n", Installed.TENANT);

        assertThat(table.lines().findFirst().orElseThrow().strip().split("\\s{2,}", -1))
                .containsExactly(columns.split(" ", -1));
    }

    @Test
    void aDeviceShowsWhereItStands(Installed installed) {
        stored("devices", "read-row", installed);

        String row = installed
                .plane()
                .kubectl()
                .run("get", "mdev", "read-row", "-n", Installed.TENANT, "--no-headers", "-o", "wide");

        assertThat(row).contains("Linux", "Enrolled", "Online", "Compliant", "True", "u-1", "S1", "Debian 13", "0.1.0");
    }

    @Test
    void oneCategoryListsEveryKind(Installed installed) {
        assertThat(installed
                        .plane()
                        .kubectl()
                        .run("api-resources", "--categories=mdm", "-o", "name")
                        .lines())
                .containsExactlyInAnyOrderElementsOf(
                        KINDS.stream().map(kind -> kind + ".kubemdm.io").toList());
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyFieldExplainsItself(String plural, Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();

        assertThat(kubectl.run("explain", plural + ".spec"))
                .contains("DESCRIPTION")
                .doesNotContain("<empty>", "<no description>");
        assertThat(kubectl.run("explain", plural + ".status"))
                .contains("conditions")
                .doesNotContain("<empty>", "<no description>");
    }

    @Test
    void explainNamesTheValues(Installed installed) {
        String lifecycle = installed.plane().kubectl().run("explain", "device.spec.lifecycle");

        assertThat(lifecycle).contains("Active, Lost (locks the device) or Retired (final).", "ENUM:", "    Retired\n");
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everySelectableFieldSelects(String plural, Installed installed) {
        JsonNode object = stored(plural, "read-select", installed);
        CustomResourceDefinition definition = installed.definitions().stream()
                .filter(any -> any.getSpec().getNames().getPlural().equals(plural))
                .findAny()
                .orElseThrow();

        definition.getSpec().getVersions().getFirst().getSelectableFields().forEach(field -> {
            String path = field.getJsonPath().substring(1);
            String value = object.at("/" + path.replace('.', '/')).asText();
            assertThat(value).as(path).isNotEmpty();
            assertThat(select(installed, plural, path + "=" + value)).as(path).contains("read-select");
            assertThat(select(installed, plural, path + "!=" + value)).as(path).doesNotContain("read-select");
        });
    }

    @Test
    void anUnknownFieldIsRefusedByName(Installed installed) {
        ObjectNode device = Samples.complete("devices");
        Resources.name(device, "read-unknown");
        device.withObject("/spec").put("hologram", true);

        Resources.Answer answer = installed.resources().create("devices", device, false);

        assertThat(answer.message()).contains("unknown field \"spec.hologram\"");
        assertThat(answer.code()).isEqualTo(400);
    }

    private static String select(Installed installed, String plural, String selector) {
        return installed
                .plane()
                .kubectl()
                .run("get", plural, "-n", Installed.TENANT, "-o", "name", "--field-selector", selector);
    }

    /** Creates the complete object with its status, once per name. */
    private static JsonNode stored(String plural, String name, Installed installed) {
        ObjectNode object = Samples.complete(plural);
        Resources.name(object, name);
        Resources.Answer created = installed.resources().create(plural, object, false);
        assertThat(created.message()).isEmpty();
        ObjectNode withStatus = created.object().deepCopy();
        withStatus.set("status", object.get("status"));
        Resources.Answer stored = installed.resources().replaceStatus(plural, withStatus, false);
        assertThat(stored.message()).isEmpty();
        return stored.object();
    }
}
