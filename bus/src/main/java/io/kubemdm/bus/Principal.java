package io.kubemdm.bus;

import java.util.Locale;

/** A service as Kafka knows it; the ServiceAccount has the same name. */
public enum Principal {
    OPERATOR,
    ENGINE,
    GATEWAY,
    ENROLL,
    BRIDGE;

    /** SCRAM user, KafkaUser, Secret and ServiceAccount, e.g. {@code kubemdm-gateway}. */
    public String user() {
        return "kubemdm-" + name().toLowerCase(Locale.ROOT);
    }

    /**
     * What this principal's consumer groups and transactional ids must begin with. The engine's is its Kafka Streams
     * application id.
     */
    public String prefix() {
        return this == ENGINE ? Topic.ENGINE_APPLICATION_ID : user();
    }
}
