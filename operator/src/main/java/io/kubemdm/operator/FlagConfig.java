package io.kubemdm.operator;

import io.kubemdm.operator.flag.FlagSettings;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where feature flags come from. */
public interface FlagConfig {

    /** ConfigMap in the operator's namespace with definitions in flagd's format under {@code flags.json}. */
    @WithDefault("kubemdm-flags")
    String configMap();

    /** File with definitions, instead of the ConfigMap. */
    Optional<Path> file();

    /** How often definitions are looked at while a rollout has a flag, at least 100 ms. */
    @WithDefault("1s")
    Duration interval();

    /** A remote service, instead of definitions. */
    Ofrep ofrep();

    /** A service that speaks the OpenFeature Remote Evaluation Protocol. */
    interface Ofrep {

        /** Its address, {@code https} or {@code http}; absent means there is none. */
        Optional<URI> url();

        /** File with a bearer token, read anew each time. */
        Optional<Path> token();

        /** Devices it is asked about in a second, at most, 1 to 10000. */
        @WithDefault("200")
        int devicesPerSecond();
    }

    /**
     * The same, checked.
     *
     * @throws IllegalArgumentException naming the key
     */
    default FlagSettings settings(String namespace) {
        return new FlagSettings(
                ofrep().url().orElse(null),
                ofrep().token().orElse(null),
                ofrep().devicesPerSecond(),
                file().orElse(null),
                namespace,
                configMap(),
                interval());
    }
}
