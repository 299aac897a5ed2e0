package io.kubemdm.gateway;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.protocol.order.WipeBudget;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every key this service reads, below {@code kubemdm}. An unknown key there is an error at start that names it.
 *
 * <p>Ports and the address to bind come from the environment ({@code PORT_CHANNEL}, {@code PORT_ACCESS},
 * {@code PORT_ENROLL}, {@code PORT_MANAGEMENT}, {@code BIND_HOST}).
 */
@ConfigMapping(prefix = "kubemdm")
public interface GatewayConfig {

    /** What this process does: comma list of {@code channel}, {@code access}, {@code enroll}, {@code bridge}. */
    @WithConverter(RoleConverter.class)
    Set<Role> roles();

    /** The region's name, in statuses and events. */
    @WithDefault("local")
    String region();

    /** This process among its like; unique, it names the Kafka transactional id and group member. */
    @WithDefault("${POD_NAME:${HOSTNAME:gateway-0}}")
    String replica();

    /** The address servers bind. */
    @WithDefault("${BIND_HOST:0.0.0.0}")
    String bindHost();

    /** How Kafka is reached. */
    Kafka kafka();

    /** The server's certificate, for whichever TLS server the roles open. */
    Tls tls();

    /** Whom to believe. */
    Trust trust();

    /** The role {@code enroll}. */
    Enroll enroll();

    /** The role {@code channel}. */
    Channel channel();

    /** The role {@code access}. */
    Access access();

    /** The role {@code bridge}. */
    Bridge bridge();

    /** Kafka, as the principal of the mounted credential. */
    interface Kafka {
        /** {@code host:port} list. */
        @WithDefault("${KAFKA_BOOTSTRAP_SERVERS:localhost:9092}")
        String bootstrapServers();

        /** {@code SASL_PLAINTEXT}, {@code SASL_SSL} or {@code PLAINTEXT} (no credential is read then). */
        @WithDefault("SASL_PLAINTEXT")
        String securityProtocol();

        /** File with the JAAS line, as Strimzi's KafkaUser Secret has it. */
        @WithDefault("/etc/kubemdm/kafka/sasl.jaas.config")
        Path jaasFile();

        /** PEM file of the brokers' CA, for {@code SASL_SSL}. */
        Optional<Path> truststore();

        /**
         * As the bus takes it.
         *
         * @throws IllegalStateException when the credential cannot be read
         */
        default KafkaAccess access() {
            return securityProtocol().startsWith("SASL")
                    ? KafkaAccess.scram(
                            bootstrapServers(),
                            securityProtocol(),
                            jaasFile(),
                            truststore().orElse(null))
                    : new KafkaAccess(
                            bootstrapServers(),
                            securityProtocol(),
                            null,
                            truststore().orElse(null));
        }
    }

    /** PEM files of a server. */
    interface Tls {
        /** Certificate chain, leaf first. */
        @WithDefault("/etc/kubemdm/tls/tls.crt")
        Path certificate();

        /** Its key, PKCS#8. */
        @WithDefault("/etc/kubemdm/tls/tls.key")
        Path key();

        /** The root that device certificates chain to. */
        @WithDefault("/etc/kubemdm/tls/ca.crt")
        Path ca();
    }

    /** The ConfigMap {@code kubemdm-trust}, mounted as files. */
    interface Trust {
        /** The root. */
        @WithDefault("/etc/kubemdm/trust/ca.crt")
        Path root();

        /** Certificates of the order-signing keys: revocations are theirs. */
        @WithDefault("/etc/kubemdm/trust/orders.crt")
        Path orders();

        /** Certificates of the ledger-signing keys. */
        @WithDefault("/etc/kubemdm/trust/ledger.crt")
        Path ledger();
    }

    /** The role {@code enroll}. */
    interface Enroll {
        /** EST's port; 0 takes a free one. */
        @WithDefault("${PORT_ENROLL:9443}")
        int port();

        /** The issuing CA's certificate. */
        @WithDefault("/etc/kubemdm/keys/issuing-ca/tls.crt")
        Path issuingCertificate();

        /** The issuing CA's key, PKCS#8. */
        @WithDefault("/etc/kubemdm/keys/issuing-ca/tls.key")
        Path issuingKey();

        /** The ledger-signing certificate. */
        @WithDefault("/etc/kubemdm/keys/ledger-signing/tls.crt")
        Path ledgerCertificate();

        /** The ledger-signing key, PKCS#8. */
        @WithDefault("/etc/kubemdm/keys/ledger-signing/tls.key")
        Path ledgerKey();

        /** Life of a device certificate, 7 to 90 days. */
        @WithDefault("30d")
        Duration certificateLifetime();

        /** How long after its end an unrevoked certificate may still renew itself, 0 to 365 days. */
        @WithDefault("30d")
        Duration renewalGrace();

        /** Most connections at a time. */
        @WithDefault("2000")
        int maxConnections();
    }

    /** The role {@code channel}. */
    interface Channel {
        /** The agents' port; 0 takes a free one. */
        @WithDefault("${PORT_CHANNEL:8443}")
        int port();

        /** Most sessions at a time. */
        @WithDefault("20000")
        int maxSessions();

        /** Most reports of one session that Kafka does not have yet; then the session is not read, 1 to 10000. */
        @WithDefault("64")
        int maxUnacknowledged();

        /** Most bytes of reports, over all sessions, that Kafka does not have yet; then nobody is read. */
        @WithDefault("33554432")
        long maxInFlightBytes();

        /** How long agents may take to go elsewhere when this process stops, 1 s to 10 m. */
        @WithDefault("10s")
        Duration drain();

        /** {@code boringssl} or {@code jdk}; by default the first that works here. */
        Optional<String> tlsEngine();

        /** Commands that lock or take data. */
        Budgets budgets();
    }

    /** How many commands every gateway lets go in a namespace, whatever the operator signed. */
    interface Budgets {
        /** Retire, SelectiveWipe, FullWipe and CryptoErase together. */
        Destructive destructive();

        /** Lock. */
        Lock lock();

        /** Of each lane. */
        default Map<WipeBudget.Lane, WipeBudget.Limits> limits() {
            return Map.of(
                    WipeBudget.Lane.Destructive,
                    limits(
                            "destructive",
                            destructive().atLeast(),
                            destructive().percent(),
                            destructive().perHour()),
                    WipeBudget.Lane.Lock,
                    limits("lock", lock().atLeast(), lock().percent(), lock().perHour()));
        }

        private static WipeBudget.Limits limits(String lane, int atLeast, int percent, int perHour) {
            try {
                return new WipeBudget.Limits(atLeast, percent, perHour);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("kubemdm.channel.budgets." + lane + "." + e.getMessage(), e);
            }
        }

        /** Limits of the commands that take data; each namespace's own. */
        interface Destructive {
            /** Most in 24 hours, or {@link #percent} where that is more; 1 or more. */
            @WithDefault("3")
            int atLeast();

            /** Of the namespace's devices, most in 24 hours, 0 to 100. */
            @WithDefault("1")
            int percent();

            /** Most in an hour, 1 or more. */
            @WithDefault("10")
            int perHour();
        }

        /** Limits of the commands that lock; each namespace's own. */
        interface Lock {
            /** Most in 24 hours, or {@link #percent} where that is more; 1 or more. */
            @WithDefault("20")
            int atLeast();

            /** Of the namespace's devices, most in 24 hours, 0 to 100. */
            @WithDefault("10")
            int percent();

            /** Most in an hour, 1 or more. */
            @WithDefault("100")
            int perHour();
        }
    }

    /** The role {@code bridge}. */
    interface Bridge {
        /** Consumer group of all replicas; it must begin with the name of the Kafka principal. */
        @WithDefault("kubemdm-bridge")
        String group();

        /** Most statuses written per second, 1 to 10000. */
        @WithDefault("100")
        int maxWritesPerSecond();
    }

    /** The role {@code access}. */
    interface Access {
        /** The tokens' port; 0 takes a free one. */
        @WithDefault("${PORT_ACCESS:12443}")
        int port();

        /** What tokens name as their issuer, and where it is reached: {@code https://host:port} without a path. */
        @WithDefault("https://localhost:${PORT_ACCESS:12443}")
        String issuer();

        /** Folder of the key that signs now: {@code tls.crt}, {@code tls.key}. */
        @WithDefault("/etc/kubemdm/keys/access-signing")
        Path key();

        /** Folder of the key that will sign next. */
        @WithDefault("/etc/kubemdm/keys/access-signing-next")
        Path nextKey();

        /** Requests of one device a minute, 1 to 6000; so many may also come at once. */
        @WithDefault("20")
        int maxRequestsPerMinute();

        /** Most connections at a time. */
        @WithDefault("2000")
        int maxConnections();
    }
}
