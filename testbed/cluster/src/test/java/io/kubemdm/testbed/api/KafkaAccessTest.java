package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.AccessRule;
import io.kubemdm.bus.AccessRule.Operation;
import io.kubemdm.bus.AccessRule.Resource;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.broker.Broker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each principal logs in to a real broker and tries every topic and operation: what {@code bus} does not name is refused. */
class KafkaAccessTest {
    private static final EnumSet<AclOperation> NONE = EnumSet.noneOf(AclOperation.class);

    @TempDir
    static Path dir;

    private static Broker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = Broker.start(
                dir.resolve("broker"),
                Stream.of(Principal.values()).map(Principal::user).collect(Collectors.toSet()),
                1);
        awaitAccessList();
        for (Topic topic : Topic.values()) {
            writeOne(topic, topic.writers().iterator().next());
        }
    }

    /** The broker learns of the access list a moment after it was written. */
    private static void awaitAccessList() {
        for (Principal principal : Principal.values()) {
            try (Admin admin = Admin.create(broker.propertiesFor(principal.user()))) {
                await().atMost(Duration.ofSeconds(30)).until(() -> allowed(admin, Topic.DEAD_LETTERS)
                        .equals(expected(principal, Topic.DEAD_LETTERS)));
            }
        }
    }

    private static void writeOne(Topic topic, Principal writer) throws ExecutionException, InterruptedException {
        Properties properties = broker.propertiesFor(writer.user());
        properties.put("max.block.ms", "15000");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.topicName(), new byte[] {1}, new byte[] {2}))
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** The broker itself says which operations it would allow; what it hides it allows none of. */
    @ParameterizedTest
    @EnumSource(Principal.class)
    void theBrokerAllowsExactlyTheOperationsOfTheAccessList(Principal principal) throws Exception {
        try (Admin admin = Admin.create(broker.propertiesFor(principal.user()))) {
            for (Topic topic : Topic.values()) {
                assertThat(allowed(admin, topic)).as(topic.topicName()).isEqualTo(expected(principal, topic));
            }
            assertThat(admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                            .authorizedOperations()
                            .get())
                    .as("cluster")
                    .isEmpty();
        }
    }

    private static Set<AclOperation> allowed(Admin admin, Topic topic) throws Exception {
        try {
            return admin.describeTopics(
                            List.of(topic.topicName()), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .get(topic.topicName())
                    .authorizedOperations();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(AuthorizationException.class);
            return NONE;
        }
    }

    private static Set<AclOperation> expected(Principal principal, Topic topic) {
        EnumSet<AclOperation> operations = EnumSet.noneOf(AclOperation.class);
        for (AccessRule rule : AccessRule.all()) {
            if (rule.principal() == principal
                    && rule.resource() == Resource.TOPIC
                    && rule.name().equals(topic.topicName())) {
                operations.add(AclOperation.fromString(rule.operation().name()));
                if (rule.operation() == Operation.READ || rule.operation() == Operation.WRITE) {
                    operations.add(AclOperation.DESCRIBE);
                }
            }
        }
        return operations;
    }

    @ParameterizedTest
    @EnumSource(Principal.class)
    void aRecordIsTakenOnlyFromWhoWrites(Principal principal) {
        Set<String> written = new TreeSet<>();
        for (Topic topic : Topic.values()) {
            try {
                writeOne(topic, principal);
                written.add(topic.topicName());
            } catch (ExecutionException | KafkaException | InterruptedException e) {
                assertThat(e)
                        .satisfiesAnyOf(
                                thrown -> assertThat(thrown).isInstanceOf(AuthorizationException.class),
                                thrown -> assertThat(thrown).hasCauseInstanceOf(AuthorizationException.class));
            }
        }

        assertThat(written).isEqualTo(names(topic -> topic.writers().contains(principal)));
    }

    @ParameterizedTest
    @EnumSource(Principal.class)
    void aRecordIsGivenOnlyToWhoReads(Principal principal) {
        Properties properties = broker.propertiesFor(principal.user());
        Set<String> read = new TreeSet<>();
        for (Topic topic : Topic.values()) {
            try (var consumer =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(new TopicPartition(topic.topicName(), 0)));
                consumer.seekToBeginning(consumer.assignment());
                assertThat(consumer.poll(Duration.ofSeconds(30)).count())
                        .as("records of " + topic.topicName())
                        .isPositive();
                read.add(topic.topicName());
            } catch (AuthorizationException e) {
                assertThat(e).hasMessageContaining(topic.topicName());
            }
        }

        assertThat(read).isEqualTo(names(topic -> topic.readers().contains(principal)));
    }

    private static Set<String> names(Predicate<Topic> chosen) {
        return Arrays.stream(Topic.values())
                .filter(chosen)
                .map(Topic::topicName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @EnumSource(Principal.class)
    void aGroupOfAnotherPrincipalIsClosed(Principal principal) throws Exception {
        try (Admin admin = Admin.create(broker.propertiesFor(principal.user()))) {
            for (Principal other : Principal.values()) {
                assertThat(groupOperations(admin, other.prefix() + "-x"))
                        .as(other.prefix())
                        .isEqualTo(other == principal ? EnumSet.of(AclOperation.READ, AclOperation.DESCRIBE) : NONE);
            }
        }
    }

    private static Set<AclOperation> groupOperations(Admin admin, String group) throws Exception {
        try {
            return admin.describeConsumerGroups(
                            List.of(group), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .all()
                    .get()
                    .get(group)
                    .authorizedOperations();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return NONE;
            }
            // A group that is not there is described only to whom it might be shown.
            return EnumSet.of(AclOperation.READ, AclOperation.DESCRIBE);
        }
    }

    @ParameterizedTest
    @EnumSource(Principal.class)
    void aTransactionalIdOfAnotherPrincipalIsClosed(Principal principal) {
        for (Principal other : Principal.values()) {
            Properties properties = broker.propertiesFor(principal.user());
            properties.put("transactional.id", other.prefix() + "-x");
            try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                assertThat(other).isEqualTo(principal);
            } catch (AuthorizationException e) {
                assertThat(other).isNotEqualTo(principal);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Principal.class)
    void noServiceMakesTopicsOrGrantsRights(Principal principal) throws Exception {
        try (Admin admin = Admin.create(broker.propertiesFor(principal.user()))) {
            assertRefused(() -> admin.createTopics(List.of(new NewTopic("mdm.own", 1, (short) 1)))
                    .all()
                    .get());
            assertRefused(() ->
                    admin.deleteTopics(List.of(Topic.EVENTS.topicName())).all().get());
            assertRefused(
                    () -> admin.describeAcls(AclBindingFilter.ANY).values().get());
        }
    }

    private interface Request {
        void send() throws Exception;
    }

    private static void assertRefused(Request request) {
        assertThat(catchThrowable(request::send)).hasCauseInstanceOf(AuthorizationException.class);
    }
}
