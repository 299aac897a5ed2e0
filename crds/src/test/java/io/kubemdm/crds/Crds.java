package io.kubemdm.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/** The CRDs as the Maven plugin has just generated them from the compiled types. */
final class Crds {
    static final KubernetesSerialization YAML = new KubernetesSerialization();

    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            EnrollmentToken.class,
            Device.class,
            PolicyBundle.class,
            Rollout.class,
            WipeRequest.class,
            WipeApproval.class,
            ChangeApproval.class);

    private Crds() {}

    static String fileName(Class<? extends HasMetadata> kind) {
        return HasMetadata.getFullResourceName(kind) + ".yaml";
    }

    /** The generated CRD, its columns put back into the order in which the type declares them. */
    static CustomResourceDefinition of(Class<? extends HasMetadata> kind) {
        Path generated = Path.of("target", "crds", HasMetadata.getFullResourceName(kind) + "-v1.yml");
        try {
            CustomResourceDefinition crd = YAML.unmarshal(Files.readString(generated), CustomResourceDefinition.class);
            List<String> declared = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                    .map(AdditionalPrinterColumn::name)
                    .toList();
            crd.getSpec()
                    .getVersions()
                    .getFirst()
                    .getAdditionalPrinterColumns()
                    .sort(Comparator.comparingInt(
                            (CustomResourceColumnDefinition column) -> declared.indexOf(column.getName())));
            return crd;
        } catch (IOException e) {
            throw new UncheckedIOException("the plugin has not generated " + generated, e);
        }
    }

    static JSONSchemaProps schema(Class<? extends HasMetadata> kind) {
        return of(kind).getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    /** Calls the visitor with the path of every schema below, itself included. */
    static void walk(String path, JSONSchemaProps schema, BiConsumer<String, JSONSchemaProps> visitor) {
        visitor.accept(path, schema);
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, child) -> walk(path + "." + name, child, visitor));
        }
        if (schema.getItems() != null) {
            walk(path + "[]", schema.getItems().getSchema(), visitor);
        }
        if (schema.getAdditionalProperties() != null) {
            walk(path + "{}", schema.getAdditionalProperties().getSchema(), visitor);
        }
    }
}
