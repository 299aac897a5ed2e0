package io.kubemdm.testbed.region;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubemdm.testbed.controlplane.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Enrolment tokens, minted as a person mints them. */
record Tokens(Cli cli) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One for exactly so many devices, {@code namespace/token:secret}; the namespace is made if there is none. */
    String limited(Kubectl kubectl, String namespace, long uses) {
        return mint(kubectl, namespace, List.of("--max-uses", Long.toString(uses)));
    }

    /** One for any number of devices. */
    String unlimited(Kubectl kubectl, String namespace) {
        return mint(kubectl, namespace, List.of());
    }

    private String mint(Kubectl kubectl, String namespace, List<String> limits) {
        kubectl.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        List<String> command = new ArrayList<>(List.of(
                "token",
                "create",
                "region-" + Long.toString(System.currentTimeMillis(), 36),
                "--namespace",
                namespace,
                "--expires",
                "1h",
                "--output",
                "json"));
        command.addAll(limits);
        try {
            return JSON.readTree(cli.run(command).out()).get("token").asText();
        } catch (IOException e) {
            throw new UncheckedIOException("kubemdm token create prints no JSON", e);
        }
    }
}
