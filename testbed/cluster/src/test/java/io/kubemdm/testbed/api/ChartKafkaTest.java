package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.bus.AccessRule;
import io.kubemdm.bus.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the chart asks Strimzi for is what {@code bus} says. */
class ChartKafkaTest {

    @Test
    void theChartsUsersAndTopicsAreThoseOfTheBus() {
        List<JsonNode> objects = ChartTest.objects("--set", "strimzi.enabled=true");
        Set<String> rules = new TreeSet<>();
        Set<String> topics = new TreeSet<>();
        for (JsonNode object : objects) {
            if (object.at("/kind").asText().equals("KafkaUser")) {
                for (JsonNode acl : object.at("/spec/authorization/acls")) {
                    rules.add(object.at("/metadata/name").asText() + " "
                            + acl.at("/operations/0").asText() + " "
                            + acl.at("/resource/type").asText() + " "
                            + acl.at("/resource/patternType").asText() + " "
                            + acl.at("/resource/name").asText());
                }
            } else if (object.at("/kind").asText().equals("KafkaTopic")) {
                topics.add(object.at("/metadata/name").asText());
                assertThat(object.at("/spec/partitions").asInt()).isEqualTo(Topic.DEFAULT_PARTITIONS);
            }
        }

        assertThat(topics)
                .isEqualTo(Arrays.stream(Topic.values())
                        .map(Topic::topicName)
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(rules)
                .isEqualTo(AccessRule.all().stream()
                        .map(ChartKafkaTest::strimzi)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String strimzi(AccessRule rule) {
        String operation = Arrays.stream(rule.operation().name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
        String type =
                switch (rule.resource()) {
                    case TOPIC -> "topic";
                    case GROUP -> "group";
                    case TRANSACTIONAL_ID -> "transactionalId";
                    case CLUSTER -> "cluster";
                };
        return rule.principal().user() + " " + operation + " " + type + " " + (rule.prefixed() ? "prefix" : "literal")
                + " " + rule.name();
    }
}
