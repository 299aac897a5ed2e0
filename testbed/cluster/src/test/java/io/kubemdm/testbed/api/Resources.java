package io.kubemdm.testbed.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.UncheckedIOException;

/** Our kinds over plain HTTP, in the tenant's namespace: what is sent is exactly what a test wrote. */
record Resources(KubernetesClient client) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What the API server said.
     *
     * @param message empty when it agreed
     * @param object what it stored; missing when it refused
     */
    record Answer(int code, String message, JsonNode object) {
        boolean ok() {
            return code == 0;
        }
    }

    static void name(ObjectNode object, String name) {
        object.withObject("/metadata").put("name", name).put("namespace", Installed.TENANT);
    }

    Answer create(String plural, JsonNode object, boolean dryRun) {
        return send("POST", path(plural, "", dryRun), object);
    }

    Answer replace(String plural, JsonNode object, boolean dryRun) {
        return send("PUT", path(plural, "/" + name(object), dryRun), object);
    }

    Answer replaceStatus(String plural, JsonNode object, boolean dryRun) {
        return send("PUT", path(plural, "/" + name(object) + "/status", dryRun), object);
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static String path(String plural, String rest, boolean dryRun) {
        return "/apis/kubemdm.io/v1alpha1/namespaces/" + Installed.TENANT + "/" + plural + rest
                + "?fieldValidation=Strict" + (dryRun ? "&dryRun=All" : "");
    }

    private Answer send(String method, String path, JsonNode object) {
        try {
            return new Answer(0, "", JSON.readTree(client.raw(path, method, object)));
        } catch (KubernetesClientException e) {
            String message = e.getStatus() == null
                    ? String.valueOf(e.getMessage())
                    : e.getStatus().getMessage();
            return new Answer(e.getCode() == 0 ? -1 : e.getCode(), message, JSON.missingNode());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
