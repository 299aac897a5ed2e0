package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;

/**
 * One policy line of a bench's fleet: its bundles, which set one number, and their rollouts, as a person creates them.
 *
 * @param policy name of the line; an object is named by line and version
 */
public record BenchLine(BenchFleet bench, String policy) {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Creates a version's bundle and waits until it is published. */
    public void publish(String version) {
        bench.create("""
                apiVersion: kubemdm.io/v1alpha1
                kind: PolicyBundle
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  policy: %3$s
                  version: %4$s
                  settings: {sysctl: {kernel.panic: "%5$d"}}
                """.formatted(
                name(version), bench.namespace(), policy, version, Integer.parseInt(version.replaceAll("\\D", ""))));
        BenchFleet.await(
                () -> bench.status("PolicyBundle", name(version))
                        .path("conditions")
                        .valueStream()
                        .anyMatch(each -> each.path("type").asText().equals("Published")
                                && each.path("status").asText().equals("True")),
                PATIENCE,
                name(version) + " is published");
    }

    /**
     * Creates the rollout of a version.
     *
     * @param more of its spec, as YAML in one line such as {@code steps: [{name: all, percent: 100}]}
     */
    public void rollOut(String version, String... more) {
        bench.create("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Rollout
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  bundleRef: {name: %1$s}
                  selector: {}
                """.formatted(name(version), bench.namespace())
                + String.join(
                        "",
                        java.util.Arrays.stream(more)
                                .map(line -> "  " + line + "\n")
                                .toList()));
    }

    /** Changes the spec of a version's rollout by a JSON merge patch. */
    public void patch(String version, String spec) {
        bench.client()
                .genericKubernetesResources("kubemdm.io/v1alpha1", "Rollout")
                .inNamespace(bench.namespace())
                .withName(name(version))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
    }

    /** Waits for a phase of a version's rollout. */
    public void awaitPhase(String version, String phase) {
        bench.awaitPhase("Rollout", name(version), phase, PATIENCE);
    }

    /** Name of a version's bundle, and of its rollout. */
    public String name(String version) {
        return policy + "-" + version;
    }
}
