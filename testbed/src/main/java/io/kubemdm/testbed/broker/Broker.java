package io.kubemdm.testbed.broker;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * A running Kafka broker for a test, on ports and in a folder of its own: SCRAM-SHA-512, StandardAuthorizer, the topics
 * and access rules of {@code bus}. The kernel kills it with the process that started it. Not for several threads at
 * once; its admin client is.
 */
public final class Broker implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);

    private final BrokerLayout layout;
    private @Nullable Child child;
    private @Nullable Admin admin;
    private @Nullable Spectator spectator;

    private Broker(BrokerLayout layout) {
        this.layout = layout;
    }

    /**
     * Starts one, lays the topics and access rules, and returns when it serves.
     *
     * @param dir its folder; a second start in the same folder finds its data again
     * @param principals who may log in, besides {@link BrokerLayout#ADMIN}
     * @param partitions of every topic; few make a test quick
     * @throws IllegalStateException when it does not come up; the message ends with its last lines
     */
    public static Broker start(Path dir, Set<String> principals, int partitions) {
        Broker broker = new Broker(BrokerLayout.in(dir, Checkout.ofWorkingDirectory(), principals));
        try {
            broker.startBroker();
            BusSetup.lay(broker.admin(), partitions);
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** Starts one for all principals of {@code bus}, with as many partitions as in production. */
    public static Broker start(Path dir) {
        Set<String> everybody =
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet());
        return start(dir, everybody, Topic.DEFAULT_PARTITIONS);
    }

    private void startBroker() {
        if (!layout.isFormatted()) {
            try (Child format = Child.start(layout.format())) {
                format.requireSuccess(START);
            }
        }
        Child started = Child.start(layout.broker());
        child = started;
        started.awaitReady(probe(layout), START);
    }

    /** Ready once the administrator can log in and is told of the broker. */
    public static Readiness probe(BrokerLayout layout) {
        return new BrokerProbe(layout.ports().get(0), properties(layout, BrokerLayout.ADMIN));
    }

    /** Where clients connect. */
    public String bootstrapServers() {
        return layout.bootstrapServers();
    }

    /** Everything a Kafka client of this principal needs to connect; a fresh copy. */
    public Properties propertiesFor(String principal) {
        return properties(layout, principal);
    }

    /** What a service of ours gets from its configuration and its mounted Secret. */
    public KafkaAccess accessFor(Principal principal) {
        return new KafkaAccess(bootstrapServers(), "SASL_PLAINTEXT", layout.jaas(principal.user()), null);
    }

    /** What a client of a principal needs to connect to the broker of a layout. */
    public static Properties properties(BrokerLayout layout, String principal) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", layout.bootstrapServers());
        properties.setProperty("security.protocol", "SASL_PLAINTEXT");
        properties.setProperty("sasl.mechanism", "SCRAM-SHA-512");
        properties.setProperty("sasl.jaas.config", layout.jaas(principal));
        return properties;
    }

    /** An admin client that may do everything; one for the life of this broker, closed with it. */
    public synchronized Admin admin() {
        Admin known = admin;
        if (known == null) {
            known = Admin.create(propertiesFor(BrokerLayout.ADMIN));
            admin = known;
        }
        return known;
    }

    /** Eyes on every topic; one pair for the life of this broker, closed with it. */
    public synchronized Spectator spectator() {
        Spectator known = spectator;
        if (known == null) {
            known = new Spectator(propertiesFor(BrokerLayout.ADMIN));
            spectator = known;
        }
        return known;
    }

    /** Ends it as a crash would. */
    public void kill9() {
        Child running = child;
        if (running != null) {
            running.kill9();
        }
    }

    /** Stops it in its tracks: connections stay open and nobody answers. */
    public void pause() {
        Child running = child;
        if (running != null) {
            running.pause();
        }
    }

    /** Lets it go on as if nothing had happened. */
    public void resume() {
        Child running = child;
        if (running != null) {
            running.resume();
        }
    }

    /** Starts it again after {@link #kill9()}, on the same port, with the same data, and returns when it serves. */
    public void restart() {
        kill9();
        startBroker();
    }

    /** Kills it: a test's data is not worth a farewell. */
    @Override
    public void close() {
        Admin known = admin;
        if (known != null) {
            known.close(Duration.ZERO);
        }
        Spectator eyes = spectator;
        if (eyes != null) {
            eyes.close();
        }
        kill9();
    }
}
