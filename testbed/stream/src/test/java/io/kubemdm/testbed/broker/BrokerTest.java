package io.kubemdm.testbed.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.bus.AccessRule;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

    @TempDir
    static Path dir;

    private static Broker broker;

    @BeforeAll
    static void start() {
        Set<String> everybody =
                Stream.of(Principal.values()).map(Principal::user).collect(Collectors.toSet());
        broker = Broker.start(dir, everybody, 2);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void everyRoleMayDoOnEveryTopicWhatTheTableSaysAndNothingElse() throws Exception {
        Set<String> granted = new TreeSet<>();
        for (Principal principal : Principal.values()) {
            try (Admin admin = Admin.create(broker.propertiesFor(principal.user()))) {
                for (Topic topic : Topic.values()) {
                    granted.addAll(operations(admin, principal, topic));
                }
            }
        }

        assertThat(granted).containsExactlyElementsOf(expected());
    }

    private static Set<String> operations(Admin admin, Principal principal, Topic topic) throws Exception {
        try {
            return admin
                    .describeTopics(
                            List.of(topic.topicName()), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .get(topic.topicName())
                    .authorizedOperations()
                    .stream()
                    .map(operation -> entry(principal, topic, operation))
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
            return Set.of();
        }
    }

    /** Spelled from the readers and writers, not from the rules, so that the rules are tested too. */
    private static Set<String> expected() {
        Set<String> expected = new TreeSet<>();
        for (Topic topic : Topic.values()) {
            for (Principal writer : topic.writers()) {
                expected.add(entry(writer, topic, AclOperation.WRITE));
                expected.add(entry(writer, topic, AclOperation.DESCRIBE));
            }
            for (Principal reader : topic.readers()) {
                expected.add(entry(reader, topic, AclOperation.READ));
                expected.add(entry(reader, topic, AclOperation.DESCRIBE));
            }
        }
        expected.add(entry(Principal.ENGINE, Topic.STATE, AclOperation.DESCRIBE_CONFIGS));
        return expected;
    }

    private static String entry(Principal principal, Topic topic, AclOperation operation) {
        return principal.user() + " " + operation + " " + topic.topicName();
    }

    @Test
    void aWriteThatTheTableDoesNotGrantIsRefusedAndOneItGrantsGoesThrough() throws Exception {
        try (var gateway = producer(Principal.GATEWAY)) {
            gateway.send(record(Topic.REPORTS)).get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> gateway.send(record(Topic.DESIRED)).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void aReadThatTheTableDoesNotGrantIsRefused() {
        try (var bridge = consumer(Principal.BRIDGE)) {
            bridge.assign(List.of(new TopicPartition(Topic.COMMANDS.topicName(), 0)));
            assertThatThrownBy(() -> bridge.poll(Duration.ofSeconds(10))).isInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void noRoleMayAdministerTheBroker() {
        for (Principal principal : Principal.values()) {
            try (Admin admin = Admin.create(broker.propertiesFor(principal.user()))) {
                var delete =
                        admin.deleteTopics(List.of(Topic.EVENTS.topicName())).all();
                assertThatThrownBy(() -> delete.get(10, TimeUnit.SECONDS))
                        .as("deletion by %s", principal)
                        .hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    @Test
    void aWrongPasswordIsRefused() {
        Properties wrong = broker.propertiesFor(Principal.GATEWAY.user());
        wrong.setProperty(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"kubemdm-gateway\""
                        + " password=\"guess\";");
        try (Admin admin = Admin.create(wrong)) {
            var names = admin.listTopics().names();
            assertThatThrownBy(() -> names.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void everyTopicHasTheSettingsOfItsTable() throws Exception {
        for (Topic topic : Topic.values()) {
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
            var config = broker.admin().describeConfigs(List.of(resource)).all().get(10, TimeUnit.SECONDS);
            topic.settings().forEach((key, value) -> assertThat(
                            config.get(resource).get(key).value())
                    .as("%s of %s", key, topic)
                    .isEqualTo(value));
        }
    }

    @Test
    void anAcknowledgedRecordIsThereAfterAKillAndARestartOnTheSamePort() throws Exception {
        String before = broker.bootstrapServers();
        try (var enroll = producer(Principal.ENROLL)) {
            enroll.send(new ProducerRecord<>(
                            Topic.CERTIFICATES.topicName(), 0, new byte[] {1}, "kept".getBytes(StandardCharsets.UTF_8)))
                    .get(10, TimeUnit.SECONDS);
        }

        broker.kill9();
        broker.restart();

        assertThat(broker.bootstrapServers()).isEqualTo(before);
        try (var gateway = consumer(Principal.GATEWAY)) {
            TopicPartition partition = new TopicPartition(Topic.CERTIFICATES.topicName(), 0);
            gateway.assign(List.of(partition));
            gateway.seekToBeginning(List.of(partition));
            assertThat(gateway.poll(Duration.ofSeconds(20)).records(partition))
                    .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                    .containsExactly("kept");
        }
    }

    @Test
    void everyRuleBecomesOneBindingOfItsPrincipal() {
        for (AccessRule rule : AccessRule.all()) {
            assertThat(BusSetup.binding(rule).entry().principal())
                    .isEqualTo("User:" + rule.principal().user());
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Principal principal) {
        Properties properties = broker.propertiesFor(principal.user());
        properties.putAll(Map.of("max.block.ms", "10000"));
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Principal principal) {
        return new KafkaConsumer<>(
                broker.propertiesFor(principal.user()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static ProducerRecord<byte[], byte[]> record(Topic topic) {
        return new ProducerRecord<>(topic.topicName(), 0, null, new byte[] {1});
    }
}
