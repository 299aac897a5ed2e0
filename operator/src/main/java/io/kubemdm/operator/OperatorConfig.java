package io.kubemdm.operator;

import io.kubemdm.bus.KafkaAccess;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that can be configured here; an unknown key below {@code kubemdm} stops the start. */
@ConfigMapping(prefix = "kubemdm")
public interface OperatorConfig {

    /** What this process does: {@code control}, {@code engine} or both. */
    @WithDefault("control")
    Set<Role> roles();

    /** Name of this region, an RFC 1123 label; part of the dispatcher's transactional id. */
    @WithDefault("local")
    String region();

    /** This replica's name: holder of the Lease, {@code group.instance.id}. */
    String replica();

    /** The address that the query API binds. */
    @WithDefault("${BIND_HOST:0.0.0.0}")
    String bindHost();

    /** Reaching Kafka. */
    Kafka kafka();

    /** By what the query API is known; used by {@code control}. */
    Tls tls();

    /** The read API for people; served by {@code control}. */
    Query query();

    /** Signing keys. */
    Keys keys();

    /** The Lease that makes one replica the leader; used by {@code control}. */
    Lease lease();

    /** What {@code control} may cost the API server. */
    Limits limits();

    /** Who has to agree to a wipe, and how many wipes may go; used by {@code control}. */
    WipeConfig wipes();

    /** What policies may do to devices by themselves; used by {@code control}. */
    ComplianceConfig compliance();

    /** Where policies notify people; used by the leading {@code control}. */
    NotificationConfig notifications();

    /** The door for HR and directory systems; served by the leading {@code control}. */
    Automation automation();

    /** Which changes need a second person; used by {@code control}. */
    ApprovalConfig approvals();

    /** Where feature flags come from; used by {@code control}. */
    FlagConfig flags();

    /** Where queries of analyses go; used by {@code control}. */
    AnalysisConfig analysis();

    /** How {@code engine} judges. */
    Engine engine();

    /** Whether the process has {@code role}. */
    default boolean has(Role role) {
        return roles().contains(role);
    }

    /** Reaching Kafka. */
    interface Kafka {

        /** {@code host:port} list of the brokers. */
        String bootstrapServers();

        /** {@code SASL_SSL}, {@code SASL_PLAINTEXT} or {@code PLAINTEXT}. */
        @WithDefault("SASL_PLAINTEXT")
        String securityProtocol();

        /** File with the JAAS line of a Strimzi KafkaUser Secret; not read with {@code PLAINTEXT}. */
        @WithDefault("/etc/kubemdm/kafka/sasl.jaas.config")
        Path jaasFile();

        /** PEM file of the brokers' CA, for {@code SASL_SSL}. */
        Optional<Path> truststore();

        /** The same as clients take it; reads the credential's file. */
        default KafkaAccess access() {
            Path authorities = truststore().orElse(null);
            return securityProtocol().startsWith("SASL_")
                    ? KafkaAccess.scram(bootstrapServers(), securityProtocol(), jaasFile(), authorities)
                    : new KafkaAccess(bootstrapServers(), securityProtocol(), null, authorities);
        }
    }

    /** A TLS server's files. */
    interface Tls {

        /** PEM file of the certificate and what it needs to be followed to the root. */
        @WithDefault("/etc/kubemdm/tls/tls.crt")
        Path certificate();

        /** PEM file of the key. */
        @WithDefault("/etc/kubemdm/tls/tls.key")
        Path key();

        /** PEM file of the root, which the Secret holds, too; not read. */
        @WithDefault("/etc/kubemdm/tls/ca.crt")
        Path ca();
    }

    /** The read API for people. */
    interface Query {

        /** Its port; 0 takes a free one. */
        @WithDefault("${PORT_QUERY:10443}")
        int port();
    }

    /** SCIM and signed webhooks. */
    interface Automation {

        /** Whether it is served. */
        @WithDefault("false")
        boolean enabled();

        /** Its port; 0 takes a free one. */
        @WithDefault("${PORT_AUTOMATION:11443}")
        int port();

        /** The pod's address, to which the leader leads the Service; absent outside of a cluster. */
        Optional<String> podAddress();

        /** Folder with a file per namespace, each of its lines a webhook secret ({@code whsec_…}), two at most. */
        @WithDefault("/etc/kubemdm/hooks")
        Path hookSecrets();

        /** By namespace. */
        Map<String, Tenant> tenants();

        /** Who may speak for a tenant. */
        interface Tenant {

            /** SHA-256 of the bearer tokens for SCIM, as 64 hexadecimal digits; two while one replaces the other. */
            Optional<List<String>> scimTokenSha256();
        }
    }

    /** Signing keys: folders with {@code tls.crt} and {@code tls.key}, as a Secret of type TLS is mounted. */
    interface Keys {

        /** For orders, bundles and revocations; used by {@code control}. */
        @WithDefault("/etc/kubemdm/keys/orders-signing")
        Path orders();

        /** For heads of the event chain; used by {@code engine}. */
        @WithDefault("/etc/kubemdm/keys/checkpoints-signing")
        Path checkpoints();
    }

    /** The leader's Lease. */
    interface Lease {

        /** The Lease's name. */
        @WithDefault("kubemdm-operator")
        String name();

        /** Its namespace; absent means the one of the ServiceAccount. */
        Optional<String> namespace();

        /** For how long a leader that is not heard of keeps the Lease. */
        @WithDefault("8s")
        Duration duration();

        /** How long a leader tries to renew before it ends itself; below {@link #duration()}. */
        @WithDefault("5s")
        Duration renewDeadline();

        /** How often it is renewed or tried for. */
        @WithDefault("1s")
        Duration retryPeriod();
    }

    /** What {@code control} may cost the API server. */
    interface Limits {

        /** Device objects brought back per second, at most. */
        @WithDefault("100")
        int devicesPerSecond();

        /** Informers that hear nothing for this long are compared with the API server; a blind one ends the process. */
        @WithDefault("10m")
        Duration informerSilence();
    }

    /** How {@code engine} judges. */
    interface Engine {

        /** Threads that judge; each takes whole partitions. */
        @WithDefault("2")
        int threads();

        /** Copies of the states kept warm on other replicas, so that they take over at once. */
        @WithDefault("0")
        int standbys();

        /** Where Kafka Streams keeps its lock files; states are in memory and rebuilt. */
        @WithDefault("${java.io.tmpdir}/kubemdm-engine")
        Path stateDirectory();

        /** Interval of a device that was not assigned one; silence is counted in these. */
        @WithDefault("5m")
        Duration defaultHeartbeat();

        /** How often the heads of the event chain are signed. */
        @WithDefault("5m")
        Duration checkpointInterval();
    }
}
