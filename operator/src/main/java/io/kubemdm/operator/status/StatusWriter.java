package io.kubemdm.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.protocol.json.Json;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of statuses: a JSON patch (RFC 6902) on the status subresource that tests the object's uid, since the API
 * server ignores a uid in a merge patch there and a status would land on another object of the same name. Nothing is sent
 * when what the API server has and what should be do not differ. It remembers what it wrote until
 * the informer's copy has caught up, so that a stale copy causes no second write. Spec edits can never be lost by it.
 */
public final class StatusWriter {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final PatchContext JSON_PATCH = PatchContext.of(PatchType.JSON);
    private static final int UNPROCESSABLE = 422;

    /** What was written and is not yet seen. */
    private record Written(long resourceVersion, JsonNode status) {}

    private final KubernetesClient client;
    private final ObjectMapper mapper = Json.mapper();
    private final Map<String, Written> ahead = new ConcurrentHashMap<>();

    public StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Makes {@code status} the object's status.
     *
     * @param object as the copy has it; not changed
     * @return whether something was written
     * @throws KubernetesClientException when the API server refuses or cannot be reached; an object that is gone or was
     *     replaced by another of its name is no error
     */
    public <S, R extends CustomResource<?, S>> boolean write(R object, S status) {
        String uid = object.getMetadata().getUid();
        JsonNode current = current(object);
        JsonNode wanted = mapper.valueToTree(status);
        if (wanted.equals(current)) {
            return false;
        }
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject().put("op", "test").put("path", "/metadata/uid").put("value", uid);
        patch.addObject().put("op", "add").put("path", "/status").set("value", wanted);
        @Nullable R written = patch(object, patch.toString());
        if (written == null) {
            return false;
        }
        ahead.put(uid, new Written(version(written), tree(written.getStatus())));
        return true;
    }

    /** The object is gone: nothing is remembered of it any more. */
    public void forget(String uid) {
        ahead.remove(uid);
    }

    private <R extends CustomResource<?, ?>> @Nullable R patch(R object, String body) {
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) object.getClass();
        try {
            return client.resources(type)
                    .inNamespace(object.getMetadata().getNamespace())
                    .withName(object.getMetadata().getName())
                    .subresource("status")
                    .patch(JSON_PATCH, body);
        } catch (KubernetesClientException e) {
            if (isGone(object, e)) {
                LOG.debug("status not written, the object is gone kind={} name={}", object.getKind(), object);
                return null;
            }
            throw e;
        }
    }

    /**
     * Gone, or another object has the name now: then the patch's test fails, which the API server says no clearer than with
     * 422. A conflict is neither: others wrote again and again while it patched, which passes and must be tried again.
     */
    private boolean isGone(CustomResource<?, ?> object, KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            return true;
        }
        if (e.getCode() != UNPROCESSABLE) {
            return false;
        }
        CustomResource<?, ?> live = client.resources(object.getClass())
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .get();
        return live == null
                || !object.getMetadata().getUid().equals(live.getMetadata().getUid());
    }

    private JsonNode current(CustomResource<?, ?> object) {
        String uid = object.getMetadata().getUid();
        Written written = ahead.get(uid);
        if (written != null && written.resourceVersion() > version(object)) {
            return written.status();
        }
        if (written != null) {
            ahead.remove(uid, written);
        }
        return tree(object.getStatus());
    }

    private JsonNode tree(@Nullable Object status) {
        return status == null ? JsonNodeFactory.instance.objectNode() : mapper.valueToTree(status);
    }

    /** Resource versions of one resource compare as numbers (KEP-5504). */
    private static long version(CustomResource<?, ?> object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
