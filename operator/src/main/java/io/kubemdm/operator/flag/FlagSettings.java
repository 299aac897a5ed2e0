package io.kubemdm.operator.flag;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where feature flags come from: a remote service, else a file, else a ConfigMap.
 *
 * @param ofrep address of a remote service, null for none
 * @param token file with its bearer token, null for none
 * @param perSecond devices a remote service is asked about in a second, at most
 * @param file with definitions, null for none
 * @param namespace of the ConfigMap
 * @param configMap its name
 * @param interval how often definitions are looked at
 */
public record FlagSettings(
        @Nullable URI ofrep,
        @Nullable Path token,
        int perSecond,
        @Nullable Path file,
        String namespace,
        String configMap,
        Duration interval) {

    /** @throws IllegalArgumentException naming the key */
    public FlagSettings {
        if (ofrep != null
                && (ofrep.getHost() == null
                        || !String.valueOf(ofrep.getScheme()).matches("https?"))) {
            throw new IllegalArgumentException("kubemdm.flags.ofrep.url must be an address of http or https: " + ofrep);
        }
        if (perSecond < 1 || perSecond > 10_000) {
            throw new IllegalArgumentException(
                    "kubemdm.flags.ofrep.devices-per-second must be 1 to 10000: " + perSecond);
        }
        if (interval.toMillis() < 100) {
            throw new IllegalArgumentException("kubemdm.flags.interval must be at least 100ms: " + interval);
        }
    }

    /** Opens them; nobody is asked before a flag is wanted. */
    public Flags open(KubernetesClient client) {
        if (ofrep != null) {
            return RemoteFlags.start(ofrep, token, perSecond);
        }
        return DefinedFlags.start(definitions(client), interval);
    }

    /** Asks them once at a time, beside whoever has them open. */
    public FlagSurvey survey(KubernetesClient client) {
        return ofrep != null
                ? new RemoteSurvey(ofrep, token, perSecond, RemoteSurvey.LONGEST)
                : new DefinedSurvey(definitions(client));
    }

    private Definitions definitions(KubernetesClient client) {
        return file == null ? Definitions.configMap(client, namespace, configMap) : Definitions.file(file);
    }
}
