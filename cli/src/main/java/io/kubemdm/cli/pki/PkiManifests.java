package io.kubemdm.cli.pki;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The Secrets and the ConfigMap that the chart's Deployments mount, under the names it expects. The root's key is in none. */
public final class PkiManifests {

    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/part-of", "kubemdm");

    private PkiManifests() {}

    /** Everything an installation needs, in {@code namespace}. */
    public static List<HasMetadata> all(Pki pki, String namespace) {
        return List.of(
                secret(namespace, PkiFolder.ISSUING, pki.issuing(), pki.root()),
                secret(namespace, PkiFolder.ORDERS, pki.orders(), pki.root()),
                secret(namespace, PkiFolder.LEDGER, pki.ledger(), pki.root()),
                secret(namespace, PkiFolder.CHECKPOINTS, pki.checkpoints(), pki.root()),
                secret(namespace, PkiFolder.ACCESS, pki.access(), pki.root()),
                secret(namespace, PkiFolder.ACCESS_NEXT, pki.accessNext(), pki.root()),
                secret(namespace, PkiFolder.GATEWAY, pki.gateway(), pki.root()),
                secret(namespace, PkiFolder.ENROLL, pki.enroll(), pki.root()),
                secret(namespace, PkiFolder.QUERY, pki.query(), pki.root()),
                trust(pki, namespace));
    }

    /** The server certificates alone. */
    public static List<HasMetadata> servers(Pki pki, String namespace) {
        return List.of(
                secret(namespace, PkiFolder.GATEWAY, pki.gateway(), pki.root()),
                secret(namespace, PkiFolder.ENROLL, pki.enroll(), pki.root()),
                secret(namespace, PkiFolder.QUERY, pki.query(), pki.root()));
    }

    /** The keys of access tokens alone. */
    public static List<HasMetadata> access(Pki pki, String namespace) {
        return List.of(
                secret(namespace, PkiFolder.ACCESS, pki.access(), pki.root()),
                secret(namespace, PkiFolder.ACCESS_NEXT, pki.accessNext(), pki.root()));
    }

    /** The objects as one YAML stream for {@code kubectl apply -f -}. */
    public static String yaml(List<HasMetadata> objects) {
        return objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
    }

    private static Secret secret(String namespace, String name, Credential credential, Credential root) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("kubemdm-" + name)
                .withNamespace(namespace)
                .withLabels(LABELS)
                .endMetadata()
                .withType("kubernetes.io/tls")
                .addToData(PkiFolder.CERTIFICATE, base64(credential.certificatePem()))
                .addToData(PkiFolder.KEY, base64(credential.keyPem()))
                .addToData(PkiFolder.CA, base64(root.certificatePem()))
                .build();
    }

    private static HasMetadata trust(Pki pki, String namespace) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("kubemdm-trust")
                .withNamespace(namespace)
                .withLabels(LABELS)
                .endMetadata()
                .addToData(PkiFolder.CA, pki.root().certificatePem())
                .addToData("orders.crt", pki.orders().certificatePem())
                .addToData("ledger.crt", pki.ledger().certificatePem())
                .addToData("checkpoints.crt", pki.checkpoints().certificatePem())
                .build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
