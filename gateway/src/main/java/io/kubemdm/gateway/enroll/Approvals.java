package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a person decide, as a Kubernetes CertificateSigningRequest with signer {@code kubemdm.io/<namespace>}. Kubernetes
 * deletes pending ones after a day and approved ones after an hour: the device's next try makes a new one.
 */
final class Approvals {

    private static final Logger LOG = LoggerFactory.getLogger(Approvals.class);
    private static final String SIGNER = "kubemdm.io/";
    private static final int RETRY_SECONDS = 10;
    private static final int CONFLICT = 409;

    /** What is to be approved. */
    record Wish(DeviceId device, String token, DeviceClaims claims, CertificationRequest request) {}

    private final KubernetesClient kubernetes;
    private final Duration lifetime;

    Approvals(KubernetesClient kubernetes, Duration lifetime) {
        this.kubernetes = kubernetes;
        this.lifetime = lifetime;
    }

    /**
     * Asks, or looks whether somebody has answered. Blocks on the Kubernetes API.
     *
     * @return null when it is approved
     */
    @Nullable EnrolmentAnswer ask(Wish wish) {
        try {
            CertificateSigningRequest found = kubernetes
                    .certificates()
                    .v1()
                    .certificateSigningRequests()
                    .withName(name(wish))
                    .get();
            return answer(wish, found == null ? create(wish) : found);
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT) {
                return pending(wish);
            }
            LOG.warn("approval not asked for device={} error={}", wish.device(), e.getMessage());
            return Refusal.unavailable("the Kubernetes API is away, so nobody can approve this device: try again");
        }
    }

    private CertificateSigningRequest create(Wish wish) {
        CertificateSigningRequest created = kubernetes.resource(wanted(wish)).create();
        LOG.info("approval asked for device={} request={}", wish.device(), name(wish));
        return created;
    }

    private static @Nullable EnrolmentAnswer answer(Wish wish, CertificateSigningRequest found) {
        if (!(SIGNER + wish.device().namespace()).equals(found.getSpec().getSignerName()) || !isFor(wish, found)) {
            return Refusal.forbidden("CertificateSigningRequest " + name(wish)
                    + " is for another request: delete it (kubectl delete csr " + name(wish) + ")");
        }
        List<CertificateSigningRequestCondition> conditions =
                found.getStatus() == null ? List.of() : found.getStatus().getConditions();
        for (CertificateSigningRequestCondition each : conditions) {
            if (each.getType().equals("Denied") || each.getType().equals("Failed")) {
                return Refusal.forbidden("CertificateSigningRequest " + name(wish) + " was " + each.getType()
                        + ": ask its approver, who may delete it and approve a new one");
            }
        }
        return conditions.stream().anyMatch(each -> each.getType().equals("Approved")) ? null : pending(wish);
    }

    private static EnrolmentAnswer pending(Wish wish) {
        return new EnrolmentAnswer.Pending(
                RETRY_SECONDS,
                "waiting for approval: kubectl certificate approve " + name(wish) + ", then send the same request");
    }

    private static boolean isFor(Wish wish, CertificateSigningRequest found) {
        try {
            byte[] pem = Base64.getDecoder().decode(found.getSpec().getRequest());
            return Arrays.equals(
                    CertificationRequest.read(pem).key().getEncoded(),
                    wish.request().key().getEncoded());
        } catch (IllegalArgumentException | Refused e) {
            return false;
        }
    }

    private CertificateSigningRequest wanted(Wish wish) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put("kubemdm.io/device", wish.device().toString());
        annotations.put("kubemdm.io/token", wish.token());
        annotations.put("kubemdm.io/platform", wish.claims().platform().name());
        putIfKnown(annotations, "kubemdm.io/serial-number", wish.claims().serial());
        putIfKnown(annotations, "kubemdm.io/model", wish.claims().model());
        putIfKnown(annotations, "kubemdm.io/vendor", wish.claims().vendor());
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName(name(wish))
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withSignerName(SIGNER + wish.device().namespace())
                .withRequest(Base64.getEncoder().encodeToString(pem(wish.request())))
                .withUsages("digital signature", "client auth")
                .withExpirationSeconds((int) lifetime.toSeconds())
                .endSpec()
                .build();
    }

    /** One per namespace, key and token: another token needs another approval. */
    private static String name(Wish wish) {
        String token = Digest.of(wish.token().getBytes(StandardCharsets.UTF_8)).substring(7, 15);
        return "kubemdm-" + wish.device().namespace() + "-" + wish.device().name() + "-" + token;
    }

    private static byte[] pem(CertificationRequest request) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(request.encoded());
        return ("-----BEGIN CERTIFICATE REQUEST-----\n" + body + "\n-----END CERTIFICATE REQUEST-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void putIfKnown(Map<String, String> annotations, String key, @Nullable String value) {
        if (value != null) {
            annotations.put(key, value);
        }
    }
}
