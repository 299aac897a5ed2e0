package io.kubemdm.testbed.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The environment of a container: {@code envFrom}, then {@code env}, with {@code $(NAME)} expanded as a kubelet does. */
final class PodEnvironment {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([A-Za-z_][A-Za-z0-9_.-]*)\\)");

    private final String pod;
    private final String namespace;
    private final ClusterObjects objects;
    private final Map<String, String> fields;
    private final SortedMap<String, String> variables = new TreeMap<>();

    /**
     * An environment without variables yet.
     *
     * @param fields the downward API: field path to value
     */
    PodEnvironment(String pod, String namespace, ClusterObjects objects, Map<String, String> fields) {
        this.pod = pod;
        this.namespace = namespace;
        this.objects = objects;
        this.fields = Map.copyOf(fields);
    }

    SortedMap<String, String> variables() {
        return variables;
    }

    void read(Container container) {
        container.getEnvFrom().forEach(this::readAll);
        for (EnvVar variable : container.getEnv()) {
            EnvVarSource source = variable.getValueFrom();
            String value = source == null
                    ? expand(variable.getValue() == null ? "" : variable.getValue())
                    : fromSource(container, variable.getName(), source);
            if (value != null) {
                variables.put(variable.getName(), value);
            }
        }
    }

    /** Replaces {@code $(NAME)} by what is known; unknown names stay as they are, {@code $$} is one dollar. */
    String expand(String text) {
        return REFERENCE.matcher(text).replaceAll(match -> {
            String name = match.group(1);
            String value = name == null ? "$" : variables.getOrDefault(name, match.group());
            return Matcher.quoteReplacement(value);
        });
    }

    private void readAll(EnvFromSource source) {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        Optional<Map<String, byte[]>> data;
        boolean optional;
        String what;
        if (source.getConfigMapRef() != null) {
            what = "ConfigMap " + source.getConfigMapRef().getName();
            data = objects.configMapData(namespace, source.getConfigMapRef().getName());
            optional = Boolean.TRUE.equals(source.getConfigMapRef().getOptional());
        } else {
            what = "Secret " + source.getSecretRef().getName();
            data = objects.secretData(namespace, source.getSecretRef().getName());
            optional = Boolean.TRUE.equals(source.getSecretRef().getOptional());
        }
        if (data.isEmpty() && !optional) {
            throw new PodRefusal(pod, "envFrom", what + " does not exist in namespace " + namespace);
        }
        data.orElse(Map.of())
                .forEach((key, value) -> variables.put(prefix + key, new String(value, StandardCharsets.UTF_8)));
    }

    private @Nullable String fromSource(Container container, String name, EnvVarSource source) {
        if (source.getFieldRef() != null) {
            String path = source.getFieldRef().getFieldPath();
            return require(name, fields.get(path), "no field " + path + " here, only " + fields.keySet());
        }
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            return key(
                    name,
                    objects.configMapData(namespace, ref.getName()),
                    ref.getKey(),
                    ref.getName(),
                    ref.getOptional());
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            return key(
                    name, objects.secretData(namespace, ref.getName()), ref.getKey(), ref.getName(), ref.getOptional());
        }
        if (source.getResourceFieldRef() != null) {
            String resource = source.getResourceFieldRef().getResource();
            return require(name, limit(container, resource), "the container has no " + resource);
        }
        throw new PodRefusal(pod, "env " + name, "a source of this kind does not exist here");
    }

    private @Nullable String key(
            String variable,
            Optional<Map<String, byte[]>> data,
            String key,
            String object,
            @Nullable Boolean optional) {
        byte[] value = data.map(all -> all.get(key)).orElse(null);
        if (value == null) {
            if (Boolean.TRUE.equals(optional)) {
                return null;
            }
            throw new PodRefusal(
                    pod,
                    "env " + variable,
                    object + " or its key " + key + " does not exist in namespace " + namespace);
        }
        return new String(value, StandardCharsets.UTF_8);
    }

    private static @Nullable String limit(Container container, String resource) {
        if (!resource.startsWith("limits.") || container.getResources() == null) {
            return null;
        }
        Quantity quantity = container.getResources().getLimits().get(resource.substring("limits.".length()));
        return quantity == null
                ? null
                : Quantity.getAmountInBytes(quantity).toBigInteger().toString();
    }

    private String require(String variable, @Nullable String value, String otherwise) {
        if (value == null) {
            throw new PodRefusal(pod, "env " + variable, otherwise);
        }
        return value;
    }
}
