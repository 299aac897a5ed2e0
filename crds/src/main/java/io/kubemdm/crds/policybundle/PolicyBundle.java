package io.kubemdm.crds.policybundle;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.schema.RootSchema;
import org.jspecify.annotations.Nullable;

/** One immutable version of a policy line; new content is a new object. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("pb")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.policy")
@AdditionalSelectableField(jsonPath = ".spec.version")
@AdditionalSelectableField(jsonPath = ".spec.enforcement")
@SchemaCustomizer(value = RootSchema.class, input = """
        A PolicyBundle is one immutable version of a policy line: typed settings, rules over facts, and what happens to devices that break them. New content is a new object.
        platforms: set
        allow: atomic
        wifi: map ssid
        vpn: map name
        trustedCertificates: map name
        files: map path
        required: set
        forbidden: set
        addresses: set
        allowedIps: set
        dnsServers: set
        rules: map name
        nonComplianceActions: atomic
        access: map audience
        conditions: map type
        """)
@AdditionalPrinterColumn(name = "Policy", jsonPath = ".spec.policy", getDescription = "The policy line")
@AdditionalPrinterColumn(name = "Version", jsonPath = ".spec.version", getDescription = "Its version")
@AdditionalPrinterColumn(
        name = "Enforcement",
        jsonPath = ".spec.enforcement",
        getDescription = "Enforce, Warn or Shadow")
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type=='Ready')].status",
        getDescription = "Whether it may be rolled out")
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
        getDescription = "Why it may or may not")
@AdditionalPrinterColumn(
        name = "Assigned",
        jsonPath = ".status.counts.assigned",
        getDescription = "Devices told to have it",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Applied",
        jsonPath = ".status.counts.applied",
        getDescription = "Devices that have it",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Compliant",
        jsonPath = ".status.counts.compliant",
        getDescription = "Devices that keep its rules",
        priority = 1,
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Priority",
        jsonPath = ".spec.priority",
        getDescription = "Who wins where two lines set the same",
        priority = 1,
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Digest",
        jsonPath = ".status.digest",
        getDescription = "Digest of its content",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class PolicyBundle extends CustomResource<PolicyBundleSpec, PolicyBundleStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable PolicyBundleSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable PolicyBundleStatus initStatus() {
        return null;
    }
}
