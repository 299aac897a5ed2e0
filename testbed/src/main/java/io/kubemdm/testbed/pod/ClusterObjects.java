package io.kubemdm.testbed.pod;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a pod's ConfigMaps and Secrets are looked up: the API server, or a map in a test. */
public interface ClusterObjects {

    /** A ConfigMap, if there is one. */
    Optional<ConfigMap> configMap(String namespace, String name);

    /** A Secret, if there is one. */
    Optional<Secret> secret(String namespace, String name);

    /** Whether a ServiceAccount's pods get its token when they do not say themselves. */
    boolean automountsToken(String namespace, String serviceAccount);

    /** All data of a ConfigMap, as bytes. */
    default Optional<Map<String, byte[]>> configMapData(String namespace, String name) {
        return configMap(namespace, name).map(found -> {
            Map<String, byte[]> data = new HashMap<>();
            orEmpty(found.getData()).forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
            orEmpty(found.getBinaryData())
                    .forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
            return data;
        });
    }

    /** All data of a Secret, as bytes. */
    default Optional<Map<String, byte[]>> secretData(String namespace, String name) {
        return secret(namespace, name).map(found -> {
            Map<String, byte[]> data = new HashMap<>();
            orEmpty(found.getData())
                    .forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
            return data;
        });
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> data) {
        return data == null ? Map.of() : data;
    }
}
