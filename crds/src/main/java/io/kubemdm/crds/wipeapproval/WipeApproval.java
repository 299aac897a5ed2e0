package io.kubemdm.crds.wipeapproval;

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

/** One person's decision about one WipeRequest. The operator counts; admission only records who. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("wap")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.wipeRef.name")
@AdditionalSelectableField(jsonPath = ".spec.wipeRef.uid")
@AdditionalSelectableField(jsonPath = ".spec.approvedBy")
@AdditionalSelectableField(jsonPath = ".spec.decision")
@SchemaCustomizer(value = RootSchema.class, input = """
        A WipeApproval is one person's decision about one WipeRequest. It is immutable; the operator counts distinct people other than the requester.
        conditions: map type
        """)
@AdditionalPrinterColumn(name = "Wipe", jsonPath = ".spec.wipeRef.name", getDescription = "The request it is about")
@AdditionalPrinterColumn(name = "Decision", jsonPath = ".spec.decision", getDescription = "Approve or Reject")
@AdditionalPrinterColumn(name = "Approver", jsonPath = ".spec.approvedBy", getDescription = "Who decided")
@AdditionalPrinterColumn(name = "Comment", jsonPath = ".spec.comment", getDescription = "Why", priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class WipeApproval extends CustomResource<WipeApprovalSpec, WipeApprovalStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable WipeApprovalSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable WipeApprovalStatus initStatus() {
        return null;
    }
}
