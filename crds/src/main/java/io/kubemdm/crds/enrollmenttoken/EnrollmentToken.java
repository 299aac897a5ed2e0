package io.kubemdm.crds.enrollmenttoken;

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

/** Lets devices that know a secret enrol into its namespace; only the secret's hash is in the cluster. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("met")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.suspended")
@AdditionalSelectableField(jsonPath = ".spec.approval")
@SchemaCustomizer(value = RootSchema.class, input = """
        An EnrollmentToken lets devices that know its secret enrol into its namespace. Only the hash of the secret is stored.
        platforms: set
        serialNumbers: set
        conditions: map type
        """)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type=='Ready')].status",
        getDescription = "Whether it still lets devices in")
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
        getDescription = "Why it does or does not")
@AdditionalPrinterColumn(
        name = "Uses",
        jsonPath = ".status.uses",
        getDescription = "Devices enrolled with it",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Max",
        jsonPath = ".spec.maxUses",
        getDescription = "Most devices it lets in; empty means any number",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Expires",
        jsonPath = ".spec.expiresAt",
        getDescription = "When it stops letting devices in")
@AdditionalPrinterColumn(
        name = "Approval",
        jsonPath = ".spec.approval",
        getDescription = "Automatic, or Manual by a certificate signing request",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Ownership",
        jsonPath = ".spec.ownership",
        getDescription = "Whose devices it enrols",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class EnrollmentToken extends CustomResource<EnrollmentTokenSpec, EnrollmentTokenStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable EnrollmentTokenSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable EnrollmentTokenStatus initStatus() {
        return null;
    }
}
