package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenStatus;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON merge patch on {@code /status} that carries the resourceVersion it was decided on. It never clears a field,
 * since none of a token's status is ever taken back.
 */
final class KubernetesTokens implements TokenUses.Store {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    private final KubernetesClient kubernetes;

    KubernetesTokens(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    @Override
    public @Nullable EnrollmentToken read(String namespace, String name) {
        return kubernetes
                .resources(EnrollmentToken.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    @Override
    public boolean compareAndSet(EnrollmentToken read, EnrollmentTokenStatus status) {
        String patch = new String(
                Json.write(Map.of(
                        "metadata",
                        Map.of(
                                "resourceVersion", read.getMetadata().getResourceVersion(),
                                "uid", read.getMetadata().getUid()),
                        "status",
                        status)),
                StandardCharsets.UTF_8);
        try {
            kubernetes
                    .resources(EnrollmentToken.class)
                    .inNamespace(read.getMetadata().getNamespace())
                    .withName(read.getMetadata().getName())
                    .subresource("status")
                    .patch(MERGE, patch);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
