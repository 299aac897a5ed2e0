package io.kubemdm.testbed.region;

import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.broker.BrokerLayout;
import io.kubemdm.testbed.broker.BusSetup;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.Ports;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** The broker of a region, with topics, access list and, as Strimzi would make them, the services' credentials. */
final class KafkaAssembly {

    /** Whose rights the chart's profile {@code small} gives the gateway. */
    private static final Map<Principal, Set<Principal>> SMALL =
            Map.of(Principal.GATEWAY, Set.of(Principal.ENROLL, Principal.BRIDGE));

    private final Site site;

    KafkaAssembly(Site site) {
        this.site = site;
    }

    /** Lays the broker's files; quick. */
    BrokerLayout layout() {
        Set<String> principals =
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet());
        return BrokerLayout.in(site.folder().kafka(), site.checkout(), principals);
    }

    /** Completes when the broker serves all topics under their access rules. */
    CompletableFuture<BrokerLayout> build(BrokerLayout layout) {
        CompletableFuture<BrokerLayout> formatted = layout.isFormatted()
                ? CompletableFuture.completedFuture(layout)
                : site.step("kafka format", progress -> {
                    try (Child format = Child.start(layout.format())) {
                        format.requireSuccess(Duration.ofMinutes(2));
                    }
                    return layout;
                });
        site.roster().address(Addresses.KAFKA, layout.bootstrapServers());
        int port = layout.ports().getFirst();
        CompletableFuture<BrokerLayout> serving = formatted.thenComposeAsync(
                ready -> site.part(
                                layout.broker(),
                                layout.ports(),
                                PartProbe.of(Broker.probe(layout), () -> !Ports.isFree(port)))
                        .watch()
                        .ready()
                        .thenApply(nothing -> layout),
                site.executor());
        return site.stepAfter(serving, "topics and access rules", same -> {
            try (Admin admin = Admin.create(Broker.properties(layout, BrokerLayout.ADMIN))) {
                BusSetup.lay(admin, Topic.DEFAULT_PARTITIONS, site.isSmall() ? SMALL : Map.of());
            }
            return layout;
        });
    }

    /** One Secret per service, named as its principal, with what Strimzi puts into it. */
    static String secrets(BrokerLayout layout) {
        StringBuilder yaml = new StringBuilder();
        for (Principal principal : Principal.values()) {
            String user = principal.user();
            yaml.append("""
                    ---
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: %s, namespace: %s, labels: {app.kubernetes.io/part-of: kubemdm}}
                    data: {password: %s, sasl.jaas.config: %s}
                    """.formatted(user, Site.NAMESPACE, base64(layout.password(user)), base64(layout.jaas(user))));
        }
        return yaml.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
