package io.kubemdm.crds.changeapproval;

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

/** One person's decision about one PolicyBundle or Rollout. The operator counts; admission only records who. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("cap")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.targetRef.kind")
@AdditionalSelectableField(jsonPath = ".spec.targetRef.name")
@AdditionalSelectableField(jsonPath = ".spec.targetRef.uid")
@AdditionalSelectableField(jsonPath = ".spec.approvedBy")
@AdditionalSelectableField(jsonPath = ".spec.decision")
@SchemaCustomizer(value = RootSchema.class, input = """
        A ChangeApproval is one person's decision about one PolicyBundle or Rollout. It is immutable; the operator counts distinct people other than who made the change.
        conditions: map type
        """)
@AdditionalPrinterColumn(name = "Kind", jsonPath = ".spec.targetRef.kind", getDescription = "What it is about")
@AdditionalPrinterColumn(name = "Target", jsonPath = ".spec.targetRef.name", getDescription = "Its name")
@AdditionalPrinterColumn(name = "Decision", jsonPath = ".spec.decision", getDescription = "Approve or Reject")
@AdditionalPrinterColumn(name = "Approver", jsonPath = ".spec.approvedBy", getDescription = "Who decided")
@AdditionalPrinterColumn(name = "Comment", jsonPath = ".spec.comment", getDescription = "Why", priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class ChangeApproval extends CustomResource<ChangeApprovalSpec, ChangeApprovalStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable ChangeApprovalSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable ChangeApprovalStatus initStatus() {
        return null;
    }
}
