package io.kubemdm.bus;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing a principal may do; what is not listed is refused.
 *
 * @param name the resource's name, or its prefix when {@code prefixed}
 */
public record AccessRule(Principal principal, Resource resource, String name, boolean prefixed, Operation operation) {

    /** Kinds of Kafka resource we grant on. */
    public enum Resource {
        TOPIC,
        GROUP,
        TRANSACTIONAL_ID,
        CLUSTER
    }

    /** Operations we grant; {@code DESCRIBE} is implied by the others in Kafka's authorizer. */
    public enum Operation {
        READ,
        WRITE,
        DESCRIBE,
        DESCRIBE_CONFIGS,
        IDEMPOTENT_WRITE
    }

    /** The whole access list, in a stable order. */
    public static List<AccessRule> all() {
        List<AccessRule> rules = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            for (Principal principal : Principal.values()) {
                if (topic.writers().contains(principal)) {
                    rules.add(new AccessRule(principal, Resource.TOPIC, topic.topicName(), false, Operation.WRITE));
                }
                if (topic.readers().contains(principal)) {
                    rules.add(new AccessRule(principal, Resource.TOPIC, topic.topicName(), false, Operation.READ));
                }
            }
        }
        // Kafka Streams checks its changelog's settings at start.
        rules.add(new AccessRule(
                Principal.ENGINE, Resource.TOPIC, Topic.STATE.topicName(), false, Operation.DESCRIBE_CONFIGS));
        for (Principal principal : Principal.values()) {
            rules.add(new AccessRule(principal, Resource.GROUP, principal.prefix(), true, Operation.READ));
            rules.add(new AccessRule(principal, Resource.TRANSACTIONAL_ID, principal.prefix(), true, Operation.WRITE));
        }
        return List.copyOf(rules);
    }
}
