package io.kubemdm.operator;

import io.kubemdm.operator.compliance.NotificationSettings;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The webhook that policies' {@code Notify} goes to, beside the Event on the Device. */
public interface NotificationConfig {

    /** Its address, {@code https} or {@code http}; absent means there is none. */
    Optional<URI> url();

    /** File with its secrets ({@code whsec_…}), one a line, two at most; read anew each time. */
    @WithDefault("/etc/kubemdm/notifications/secret")
    Path secret();

    /** Tries of one notification before it is set aside, 1 to 20. */
    @WithDefault("8")
    int attempts();

    /** Pause before the second try; each further one is twice as long, at most five minutes. */
    @WithDefault("1s")
    Duration firstDelay();

    /** How long one try may take. */
    @WithDefault("10s")
    Duration timeout();

    /**
     * The same, checked; null without a webhook.
     *
     * @throws IllegalArgumentException naming the key
     */
    default @Nullable NotificationSettings settings() {
        return url().map(address -> new NotificationSettings(address, secret(), attempts(), firstDelay(), timeout()))
                .orElse(null);
    }
}
