package io.kubemdm.operator.prometheus;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where queries go.
 *
 * @param url of the server, {@code http} or {@code https}, without the path of its API
 * @param token file with a bearer token, null for none
 * @param ca PEM file of the authorities that its certificate may be under, null for the system's
 * @param timeout from a question to the last byte of its answer, 100 ms to 1 min
 */
public record PrometheusSettings(
        URI url, @Nullable Path token, @Nullable Path ca, Duration timeout) {

    private static final String KEY = "kubemdm.analysis.prometheus.";

    /** @throws IllegalArgumentException naming the key */
    public PrometheusSettings {
        if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?")) {
            throw new IllegalArgumentException(KEY + "url must be an absolute address of http or https");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    KEY + "url must be scheme, host, port and path only: a credential goes into a token's file");
        }
        if (timeout.toMillis() < 100 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(KEY + "timeout must be 100ms to 1m: " + timeout);
        }
    }
}
