package io.kubemdm.crds.rollout;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.schema.RootSchema;
import org.jspecify.annotations.Nullable;

/** Brings one bundle to the devices it selects, in steps. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("mro")
@Categories(Api.CATEGORY)
@AdditionalSelectableField(jsonPath = ".spec.bundleRef.name")
@AdditionalSelectableField(jsonPath = ".spec.paused")
@AdditionalSelectableField(jsonPath = ".spec.enabled")
@AdditionalSelectableField(jsonPath = ".status.phase")
@SchemaCustomizer(value = RootSchema.class, input = """
        A Rollout brings one PolicyBundle to the devices it selects, step by step, and stops or goes back when devices fail.
        steps: map name
        abort: atomic
        analysis: map name
        maintenanceWindows: map name
        days: set
        steps.analysis: set
        mix: atomic
        sampleFailures: map device
        matchExpressions: atomic
        values: set
        conditions: map type
        """)
@ValidationRule(
        value =
                "!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase == 'Pending' || self.spec.selector == oldSelf.spec.selector",
        message = "spec.selector is immutable once the rollout has started: create a new Rollout")
@ValidationRule(
        value =
                "!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase == 'Pending' || (has(self.spec.exclude) == has(oldSelf.spec.exclude) && (!has(self.spec.exclude) || self.spec.exclude == oldSelf.spec.exclude))",
        message = "spec.exclude is immutable once the rollout has started: create a new Rollout")
@AdditionalPrinterColumn(name = "Bundle", jsonPath = ".spec.bundleRef.name", getDescription = "The bundle it brings")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", getDescription = "One word for people")
@AdditionalPrinterColumn(name = "Step", jsonPath = ".status.step", getDescription = "The step it is in")
@AdditionalPrinterColumn(
        name = "Eligible",
        jsonPath = ".status.counts.eligible",
        getDescription = "Devices it selects",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Admitted",
        jsonPath = ".status.counts.admitted",
        getDescription = "Devices told to have the bundle",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Succeeded",
        jsonPath = ".status.counts.succeeded",
        getDescription = "Devices that have it",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Failed",
        jsonPath = ".status.counts.failed",
        getDescription = "Devices that could not apply it",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Paused",
        jsonPath = ".spec.paused",
        getDescription = "Whether a person holds it",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type=='Progressing')].reason",
        getDescription = "Why it goes on or does not",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class Rollout extends CustomResource<RolloutSpec, RolloutStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable RolloutSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RolloutStatus initStatus() {
        return null;
    }
}
