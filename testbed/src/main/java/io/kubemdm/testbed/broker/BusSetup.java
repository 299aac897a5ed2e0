package io.kubemdm.testbed.broker;

import io.kubemdm.bus.AccessRule;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.process.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Lays the topics and the access list of {@code bus} on a broker, as Strimzi does from the chart in production. */
public final class BusSetup {

    private static final String CLUSTER = "kafka-cluster";

    private BusSetup() {}

    /**
     * Creates what is not there yet; what is there is left as it is. Returns when the broker knows all of it.
     *
     * @param partitions of every topic that is created
     * @throws IllegalStateException when the broker refuses or does not answer within 30 s
     */
    public static void lay(Admin admin, int partitions) {
        lay(admin, partitions, Map.of());
    }

    /**
     * The same for an installation in which one principal does others' work, too.
     *
     * @param folded by principal, whose rights it has besides its own
     */
    public static void lay(Admin admin, int partitions, Map<Principal, Set<Principal>> folded) {
        Set<String> present = get(admin.listTopics().names());
        List<NewTopic> missing = Arrays.stream(Topic.values())
                .filter(topic -> !present.contains(topic.topicName()))
                .map(topic -> new NewTopic(topic.topicName(), partitions, (short) 1).configs(topic.settings()))
                .toList();
        get(admin.createTopics(missing).all());
        List<AclBinding> bindings = new ArrayList<>();
        for (AccessRule rule : AccessRule.all()) {
            bindings.add(binding(rule));
            folded.forEach((principal, others) -> {
                if (others.contains(rule.principal())) {
                    bindings.add(binding(new AccessRule(
                            principal, rule.resource(), rule.name(), rule.prefixed(), rule.operation())));
                }
            });
        }
        get(admin.createAcls(bindings).all());
        awaitKnown(admin, bindings);
    }

    /** Rules are accepted by the controller first; a client that comes before the broker has them would be refused. */
    private static void awaitKnown(Admin admin, List<AclBinding> bindings) {
        boolean known = Readiness.await(
                () -> get(admin.describeAcls(AclBindingFilter.ANY).values()).containsAll(bindings),
                Duration.ofSeconds(30));
        if (!known) {
            throw new IllegalStateException("the broker does not know our access rules after 30 s");
        }
    }

    static AclBinding binding(AccessRule rule) {
        ResourceType type = ResourceType.valueOf(rule.resource().name());
        String name = type == ResourceType.CLUSTER ? CLUSTER : rule.name();
        PatternType pattern = rule.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL;
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(
                        "User:" + rule.principal().user(),
                        "*",
                        AclOperation.valueOf(rule.operation().name()),
                        AclPermissionType.ALLOW));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker refuses our topics or access rules: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while laying topics", e);
        }
    }
}
