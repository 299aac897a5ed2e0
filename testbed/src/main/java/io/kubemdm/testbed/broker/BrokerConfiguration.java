package io.kubemdm.testbed.broker;

import java.nio.file.Path;
import java.util.Properties;

/** What the broker is configured with: the security of production, the size of one machine. */
final class BrokerConfiguration {

    private BrokerConfiguration() {}

    static Properties of(BrokerLayout layout, Path data) {
        Properties properties = new Properties();
        String clients = "CLIENTS://127.0.0.1:" + layout.ports().get(0);
        String controller = "CONTROLLER://127.0.0.1:" + layout.ports().get(1);
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty(
                "controller.quorum.voters", "1@127.0.0.1:" + layout.ports().get(1));
        properties.setProperty("listeners", clients + "," + controller);
        properties.setProperty("advertised.listeners", clients);
        properties.setProperty("log.dirs", data.toString());
        secure(properties, layout);
        fitOneMachine(properties);
        comeBackQuickly(properties);
        return properties;
    }

    private static void secure(Properties properties, BrokerLayout layout) {
        String password = layout.password(BrokerLayout.ADMIN);
        properties.setProperty("listener.security.protocol.map", "CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT");
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("inter.broker.listener.name", "CLIENTS");
        properties.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.setProperty("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512");
        properties.setProperty("listener.name.clients.scram-sha-512.sasl.jaas.config", layout.jaas(BrokerLayout.ADMIN));
        // The controller cannot look passwords up in the metadata it is about to load, hence PLAIN between the two.
        properties.setProperty("sasl.mechanism.controller.protocol", "PLAIN");
        properties.setProperty("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
        properties.setProperty(
                "listener.name.controller.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + BrokerLayout.ADMIN
                        + "\" password=\"" + password + "\" user_" + BrokerLayout.ADMIN + "=\"" + password + "\";");
        properties.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.setProperty("super.users", "User:" + BrokerLayout.ADMIN);
        properties.setProperty("allow.everyone.if.no.acl.found", "false");
        properties.setProperty("auto.create.topics.enable", "false");
    }

    private static void fitOneMachine(Properties properties) {
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "4");
        properties.setProperty("background.threads", "2");
        properties.setProperty("default.replication.factor", "1");
        properties.setProperty("min.insync.replicas", "1");
        properties.setProperty("offsets.topic.replication.factor", "1");
        properties.setProperty("offsets.topic.num.partitions", "4");
        properties.setProperty("transaction.state.log.replication.factor", "1");
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("transaction.state.log.num.partitions", "4");
        properties.setProperty("share.coordinator.state.topic.replication.factor", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        properties.setProperty("share.coordinator.state.topic.num.partitions", "1");
        // Every partition has three index files of this size, sparse on disk but mapped into memory.
        properties.setProperty("log.index.size.max.bytes", "1048576");
        properties.setProperty("log.cleaner.dedupe.buffer.size", "16777216");
        properties.setProperty("log.cleaner.io.buffer.size", "131072");
        properties.setProperty("socket.request.max.bytes", "16777216");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("transaction.max.timeout.ms", "60000");
    }

    private static void comeBackQuickly(Properties properties) {
        // A killed broker may register again only when its previous session has ended.
        properties.setProperty("broker.session.timeout.ms", "3000");
        properties.setProperty("broker.heartbeat.interval.ms", "500");
        properties.setProperty("num.recovery.threads.per.data.dir", "2");
        properties.setProperty("controlled.shutdown.enable", "true");
        properties.setProperty("group.min.session.timeout.ms", "1000");
        properties.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    }
}
