package io.kubemdm.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * The one writer of statuses: a JSON merge patch on the status subresource, from the difference between what the API
 * server has and what should be, nulls included; nothing is sent when nothing differs. It remembers what it wrote until
 * the informer's copy has caught up, so that a stale copy causes no second write. Spec edits can never be lost by it.
 */
public final class StatusWriter {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

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
        ObjectNode patch = MergePatch.between(current, mapper.valueToTree(status));
        if (patch.isEmpty()) {
            return false;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("metadata").put("uid", uid);
        body.set("status", patch);
        @Nullable R written = patch(object, body.toString());
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
                    .patch(MERGE, body);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                LOG.debug("status not written, the object is gone kind={} name={}", object.getKind(), object);
                return null;
            }
            throw e;
        }
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
