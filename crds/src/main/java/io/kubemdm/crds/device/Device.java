package io.kubemdm.crds.device;

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

/** One enrolled device: what people want of it, and what it last told. Named after its first key. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("mdev")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.platform")
@AdditionalSelectableField(jsonPath = ".spec.owner")
@AdditionalSelectableField(jsonPath = ".spec.lifecycle")
@AdditionalSelectableField(jsonPath = ".spec.ownership")
@AdditionalSelectableField(jsonPath = ".status.phase")
@AdditionalSelectableField(jsonPath = ".status.connection.state")
@AdditionalSelectableField(jsonPath = ".status.compliance.state")
@SchemaCustomizer(value = RootSchema.class, input = """
        A Device is one enrolled device. Its spec says what people want of it; its status is what the device last told.
        maintenanceWindows: atomic
        policies: map policy
        failingRules: set
        conditions: map type
        """)
@AdditionalPrinterColumn(name = "Platform", jsonPath = ".spec.platform", getDescription = "What it runs")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", getDescription = "One word for people")
@AdditionalPrinterColumn(
        name = "Connection",
        jsonPath = ".status.connection.state",
        getDescription = "Whether it is heard")
@AdditionalPrinterColumn(
        name = "Compliance",
        jsonPath = ".status.compliance.state",
        getDescription = "Whether it keeps its rules")
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type=='Ready')].status",
        getDescription = "Whether all is well")
@AdditionalPrinterColumn(
        name = "Owner",
        jsonPath = ".spec.owner",
        getDescription = "Opaque id of the person it belongs to",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Serial",
        jsonPath = ".spec.hardware.serial",
        getDescription = "Serial number as reported",
        priority = 1)
@AdditionalPrinterColumn(
        name = "OS",
        jsonPath = ".status.osVersion",
        getDescription = "Version of its operating system",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Agent",
        jsonPath = ".status.agentVersion",
        getDescription = "Version of its agent",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Epoch",
        jsonPath = ".status.enrollmentEpoch",
        getDescription = "How many times it has enrolled",
        priority = 1,
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class Device extends CustomResource<DeviceSpec, DeviceStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable DeviceSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable DeviceStatus initStatus() {
        return null;
    }
}
