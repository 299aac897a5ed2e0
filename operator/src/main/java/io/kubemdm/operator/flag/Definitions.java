package io.kubemdm.operator.flag;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.openfeature.contrib.providers.flagd.resolver.process.model.FlagParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.operator.outgoing.ForeignText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A place with flag definitions in flagd's format. */
public interface Definitions {

    /** Largest definitions in bytes: what a ConfigMap can hold. */
    int MAX_BYTES = 1 << 20;

    /** The ConfigMap's key, and the usual name of a file. */
    String KEY = "flags.json";

    /** How people know the place. */
    String name();

    /**
     * Reads them as they are now.
     *
     * @throws Unusable when they are missing, too large or cannot be reached; the message says what to do
     */
    String read() throws Unusable;

    /** Why there are no definitions to be had. */
    final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /** A file, as a side-car or a mount keeps it up to date. */
    static Definitions file(Path path) {
        return new Definitions() {
            @Override
            public String name() {
                return "file " + path;
            }

            @Override
            public String read() throws Unusable {
                try (InputStream in = Files.newInputStream(path)) {
                    return text(name(), in.readNBytes(MAX_BYTES + 1));
                } catch (NoSuchFileException e) {
                    throw new Unusable(name() + " is missing: write the flag definitions there.");
                } catch (IOException e) {
                    throw new Unusable(name() + " cannot be read: " + ForeignText.shortened(e.getMessage()) + ".");
                }
            }
        };
    }

    /**
     * A ConfigMap, read from the API server: mounted into a pod it would be up to date only after the kubelet's next look,
     * a minute or more later.
     */
    static Definitions configMap(KubernetesClient client, String namespace, String name) {
        return new Definitions() {
            @Override
            public String name() {
                return "ConfigMap " + namespace + "/" + name;
            }

            @Override
            public String read() throws Unusable {
                ConfigMap found;
                try {
                    found = client.configMaps()
                            .inNamespace(namespace)
                            .withName(name)
                            .get();
                } catch (KubernetesClientException e) {
                    throw new Unusable(name() + " cannot be read: " + ForeignText.shortened(e.getMessage()) + ".");
                }
                String flags = found == null || found.getData() == null
                        ? null
                        : found.getData().get(KEY);
                if (flags == null) {
                    throw new Unusable(name() + (found == null ? "" : ", key " + KEY + ",")
                            + " is missing: create it with the flag definitions.");
                }
                return text(name(), flags.getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private static String text(String name, byte[] bytes) throws Unusable {
        if (bytes.length > MAX_BYTES) {
            throw new Unusable(name + " is larger than " + MAX_BYTES + " bytes: define fewer flags.");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Checks definitions by flagd's own schema.
     *
     * @throws Unusable with the first thing that is wrong
     */
    static void check(String name, String text) throws Unusable {
        try {
            if (expanded(text) > 4L * MAX_BYTES) {
                throw new Unusable(name + " is too large with its $evaluators put in: refer to them less often.");
            }
            FlagParser.parseString(text, true);
        } catch (JsonProcessingException e) {
            throw new Unusable(name + " is no JSON: " + ForeignText.shortened(e.getOriginalMessage()) + ".");
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new Unusable(name + " holds no flagd definitions: " + ForeignText.shortened(e.getMessage()) + ".");
        }
    }

    /** At most so long the text gets when flagd puts shared rules where they are referred to. */
    private static long expanded(String text) {
        long references = text.split("\"\\$ref\"", -1).length - 1L;
        int evaluators = text.indexOf("\"$evaluators\"");
        return evaluators < 0 ? text.length() : text.length() * (1 + references);
    }
}
