package io.kubemdm.operator.compliance;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where notifications go.
 *
 * @param url of the webhook, {@code http} or {@code https}; it may itself be a secret and is in no log
 * @param secret file whose lines are the webhook's secrets ({@code whsec_…}), two at most
 * @param attempts tries of one notification, 1 to 20
 * @param firstDelay before the second try; each further one waits twice as long, at most five minutes
 * @param timeout of one try
 */
public record NotificationSettings(URI url, Path secret, int attempts, Duration firstDelay, Duration timeout) {

    public NotificationSettings {
        String scheme = url.getScheme();
        if (url.getHost() == null || (!"https".equals(scheme) && !"http".equals(scheme))) {
            throw new IllegalArgumentException("kubemdm.notifications.url: is an absolute http or https address");
        }
        if (attempts < 1 || attempts > 20) {
            throw new IllegalArgumentException("kubemdm.notifications.attempts: 1 to 20; was " + attempts);
        }
    }
}
