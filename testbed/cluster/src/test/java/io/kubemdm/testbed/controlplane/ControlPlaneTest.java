package io.kubemdm.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.kubemdm.testbed.controlplane.Kubectl.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {

    private static final String WIDGETS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          size:
                            type: integer
                            x-kubernetes-validations:
                            - {rule: "self >= oldSelf", message: "size never shrinks"}
                          by: {type: string}
            """;

    private static final String WHO_ASKED = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicy
            metadata: {name: who-asked}
            spec:
              failurePolicy: Fail
              reinvocationPolicy: IfNeeded
              matchConstraints:
                resourceRules:
                - {apiGroups: [example.org], apiVersions: [v1], operations: [CREATE], resources: [widgets]}
              mutations:
              - patchType: ApplyConfiguration
                applyConfiguration:
                  expression: "Object{spec: Object.spec{by: request.userInfo.username}}"
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicyBinding
            metadata: {name: who-asked}
            spec: {policyName: who-asked}
            """;

    @TempDir
    static Path dir;

    private static ControlPlane plane;

    @BeforeAll
    static void start() {
        plane = ControlPlane.start(dir.resolve("shared"));
        plane.kubectl().apply(WIDGETS);
        plane.kubectl().run("wait", "--for=condition=Established", "crd/widgets.example.org", "--timeout=30s");
        plane.kubectl().apply(WHO_ASKED);
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    @Test
    void aTransitionRuleInCelIsEnforcedWithItsMessage() {
        createWhenReady("grown", 2);
        plane.kubectl().apply(widget("grown", 3));

        Result shrunk = plane.kubectl().tryRun(widget("grown", 1), List.of("apply", "--server-side", "-f", "-"));

        assertThat(shrunk.ok()).isFalse();
        assertThat(shrunk.err()).contains("size never shrinks");
    }

    @Test
    void aMutatingAdmissionPolicyWritesWhoReallyAsked() {
        createWhenReady("claimed", 1);

        assertThat(plane.kubectl().run("get", "widget", "claimed", "-o", "jsonpath={.spec.by}"))
                .isEqualTo("admin");
    }

    @Test
    void aServiceAccountMayOnlyWhatRbacGrants() {
        plane.kubectl().run("create", "serviceaccount", "reader");
        plane.kubectl().run("create", "role", "reads", "--verb=get,list", "--resource=configmaps");
        plane.kubectl().run("create", "rolebinding", "reads", "--role=reads", "--serviceaccount=default:reader");
        Kubectl reader = plane.kubectlAs("default", "reader");

        assertThat(reader.tryRun("get", "configmaps").ok()).isTrue();
        Result secrets = reader.tryRun("get", "secrets");
        assertThat(secrets.ok()).isFalse();
        assertThat(secrets.err()).contains("system:serviceaccount:default:reader", "forbidden");
    }

    @Test
    void aDeletedNamespaceGoesAway() {
        plane.kubectl().run("create", "namespace", "tenant-a");
        plane.kubectl().run("delete", "namespace", "tenant-a", "--wait=false");

        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !plane.kubectl().tryRun("get", "namespace", "tenant-a").ok());
    }

    @Test
    void whatWasWrittenIsThereAfterAKillOfEveryPart() {
        try (ControlPlane own = ControlPlane.start(dir.resolve("killed"))) {
            own.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("kept")
                            .withNamespace("default")
                            .endMetadata()
                            .addToData("answer", "42")
                            .build())
                    .create();

            own.kill9();
            own.restart();

            assertThat(own.client()
                            .configMaps()
                            .inNamespace("default")
                            .withName("kept")
                            .get()
                            .getData())
                    .containsEntry("answer", "42");
        }
    }

    private static String widget(String name, int size) {
        return "{apiVersion: example.org/v1, kind: Widget, metadata: {name: " + name + "}, spec: {size: " + size
                + ", by: somebody else}}";
    }

    /** After a new kind the policy refuses with 503 until it knows its type. */
    private static void createWhenReady(String name, int size) {
        await().atMost(Duration.ofSeconds(30)).until(() -> plane.kubectl()
                .tryRun(widget(name, size), List.of("create", "-f", "-"))
                .ok());
    }
}
