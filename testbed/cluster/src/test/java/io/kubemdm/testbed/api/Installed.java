package io.kubemdm.testbed.api;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.kubemdm.testbed.controlplane.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A real API server onto which the whole rendered chart was applied; one for all tests of this package. */
record Installed(ControlPlane plane, Resources resources) implements AutoCloseable {
    static final String TENANT = "acme";

    static Installed start() throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "api-");
        ControlPlane plane = ControlPlane.start(folder);
        for (String namespace : List.of(Helm.NAMESPACE, TENANT)) {
            plane.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
        plane.kubectl().apply(Helm.ofThisCheckout().template("--set", "automation.enabled=true"));
        Installed installed = new Installed(plane, new Resources(plane.client()));
        installed.definitions().forEach(installed::awaitServed);
        return installed;
    }

    /** Our six definitions, as the API server has them. */
    List<CustomResourceDefinition> definitions() {
        return plane.client().apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .filter(definition -> definition.getSpec().getGroup().equals("kubemdm.io"))
                .toList();
    }

    /** A kind is served a moment after it was defined, and an admission policy refuses it until it knows its type. */
    private void awaitServed(CustomResourceDefinition definition) {
        String plural = definition.getSpec().getNames().getPlural();
        ObjectNode object = Samples.complete(plural).deepCopy();
        Resources.name(object, "served");
        Predicate<Resources.Answer> served = Resources.Answer::ok;
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> resources.create(plural, object, true), served);
    }

    @Override
    public void close() {
        plane.close();
    }
}
