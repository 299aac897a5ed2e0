package io.kubemdm.testbed.enroll;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.bus.Principal;
import io.kubemdm.cli.pki.Authority;
import io.kubemdm.cli.pki.Pki;
import io.kubemdm.cli.pki.PkiFolder;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpecBuilder;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.chart.Chart;
import io.kubemdm.testbed.controlplane.ControlPlane;
import io.kubemdm.testbed.controlplane.KubernetesBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What a replica of {@code enroll} needs around it: API server with the chart applied, broker, keys. */
record EnrolRegion(Path dir, ControlPlane plane, Broker broker, Pki pki) implements AutoCloseable {

    static final String TENANT = "acme";
    static final String SECRET = "correct-horse-battery-staple-0123456789abcde";
    private static final String NAMESPACE = "kubemdm-system";

    static EnrolRegion start(Path dir) {
        Broker broker = Broker.start(
                dir.resolve("kafka"),
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet()),
                3);
        ControlPlane plane = ControlPlane.start(dir.resolve("kubernetes"));
        Checkout checkout = Checkout.ofWorkingDirectory();
        Path helm = KubernetesBinaries.helm(checkout, message -> System.err.println("testbed: " + message));
        Chart.render(helm, checkout.path("charts/kubemdm"), NAMESPACE, List.of(), Map.of())
                .apply(plane.kubectl(), NAMESPACE);
        plane.client()
                .resource(new NamespaceBuilder()
                        .withMetadata(new ObjectMetaBuilder().withName(TENANT).build())
                        .build())
                .create();
        List<String> hosts = List.of("localhost", "127.0.0.1");
        Pki pki = Pki.create(new Authority(new SecureRandom(), Instant.now()), new Pki.Hosts(hosts, hosts, hosts));
        try {
            new PkiFolder(dir.resolve("pki")).create(pki);
            Path trust = Files.createDirectories(dir.resolve("trust"));
            Files.writeString(trust.resolve("ca.crt"), Pem.of(pki.root().certificate()));
            Files.writeString(trust.resolve("orders.crt"), Pem.of(pki.orders().certificate()));
            Files.writeString(trust.resolve("ledger.crt"), Pem.of(pki.ledger().certificate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EnrolRegion(dir, plane, broker, pki);
    }

    /** Starts a replica; it need not be ready yet. */
    EnrolReplica replica(String name) {
        return EnrolReplica.start(this, name, plane.kubeconfigOf(NAMESPACE, Principal.ENROLL.user()));
    }

    /** Creates a token that lets Linux devices in with {@link #SECRET}, changed by {@code how}. */
    void token(String name, UnaryOperator<EnrollmentTokenSpecBuilder> how) {
        EnrollmentTokenSpec spec = how.apply(EnrollmentTokenSpecBuilder.builder()
                        .secretHash(Digest.of(SECRET.getBytes(StandardCharsets.UTF_8)))
                        .expiresAt(Instant.now()
                                .plus(Duration.ofHours(1))
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()))
                .build();
        EnrollmentToken token = new EnrollmentToken();
        token.setMetadata(
                new ObjectMetaBuilder().withNamespace(TENANT).withName(name).build());
        token.setSpec(spec);
        plane.client().resource(token).create();
    }

    /** {@code status.uses} of a token, live. */
    int uses(String token) {
        EnrollmentToken found = plane.client()
                .resources(EnrollmentToken.class)
                .inNamespace(TENANT)
                .withName(token)
                .get();
        return found.getStatus() == null ? 0 : found.getStatus().uses();
    }

    Path rootPem() {
        return dir.resolve("trust/ca.crt");
    }

    @Override
    public void close() {
        plane.close();
        broker.close();
    }
}
