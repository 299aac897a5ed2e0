package io.kubemdm.crds.wiperequest;

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

/** Asks for one irreversible or locking act on one device. Deleting it does not cancel what was delivered. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("wipe")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.deviceRef.name")
@AdditionalSelectableField(jsonPath = ".spec.type")
@AdditionalSelectableField(jsonPath = ".spec.reason")
@AdditionalSelectableField(jsonPath = ".spec.requestedBy")
@AdditionalSelectableField(jsonPath = ".spec.cancelled")
@AdditionalSelectableField(jsonPath = ".status.phase")
@SchemaCustomizer(value = RootSchema.class, input = """
        A WipeRequest asks for one irreversible or locking act on one device. It is completed only by a receipt that the device signed; deleting it does not cancel what was delivered.
        approvals: map name
        conditions: map type
        """)
@AdditionalPrinterColumn(name = "Device", jsonPath = ".spec.deviceRef.name", getDescription = "The device")
@AdditionalPrinterColumn(name = "Type", jsonPath = ".spec.type", getDescription = "What it is asked to do")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", getDescription = "One word for people")
@AdditionalPrinterColumn(
        name = "Approved",
        jsonPath = ".status.conditions[?(@.type=='Approved')].status",
        getDescription = "Whether enough people agreed")
@AdditionalPrinterColumn(
        name = "Confirmed",
        jsonPath = ".status.conditions[?(@.type=='Confirmed')].status",
        getDescription = "Whether the device signed that it is done")
@AdditionalPrinterColumn(name = "Requester", jsonPath = ".spec.requestedBy", getDescription = "Who asked")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".spec.reason", getDescription = "Why", priority = 1)
@AdditionalPrinterColumn(
        name = "Ticket",
        jsonPath = ".spec.ticket",
        getDescription = "Reference elsewhere",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Expires",
        jsonPath = ".spec.expiresAt",
        getDescription = "When it is given up",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Hold",
        jsonPath = ".status.hold.reason",
        getDescription = "What holds it",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class WipeRequest extends CustomResource<WipeRequestSpec, WipeRequestStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable WipeRequestSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable WipeRequestStatus initStatus() {
        return null;
    }
}
