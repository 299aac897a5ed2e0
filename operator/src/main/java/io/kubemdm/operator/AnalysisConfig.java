package io.kubemdm.operator;

import io.kubemdm.operator.prometheus.PrometheusSettings;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What analyses of rollouts are measured by, beside the facts of devices. */
public interface AnalysisConfig {

    /** The one server that every {@code metric.query} is sent to. */
    Prometheus prometheus();

    /** A server that speaks Prometheus' HTTP API. */
    interface Prometheus {

        /** Its address, {@code https} or {@code http}, a path before {@code /api/v1} included; absent means there is none. */
        Optional<URI> url();

        /** File with a bearer token, read anew each time. */
        Optional<Path> token();

        /** PEM file of the authorities its certificate may be under, read anew each time; absent means the system's. */
        Optional<Path> ca();

        /** How long an answer may take, 100 ms to 1 min. */
        @WithDefault("10s")
        Duration timeout();
    }

    /**
     * The same, checked; null without a server.
     *
     * @throws IllegalArgumentException naming the key
     */
    default @Nullable PrometheusSettings settings() {
        return prometheus()
                .url()
                .map(address -> new PrometheusSettings(
                        address,
                        prometheus().token().orElse(null),
                        prometheus().ca().orElse(null),
                        prometheus().timeout()))
                .orElse(null);
    }
}
