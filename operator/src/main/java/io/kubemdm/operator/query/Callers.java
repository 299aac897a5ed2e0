package io.kubemdm.operator.query;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.Api;
import io.kubemdm.operator.https.Refused;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the API server who bears a token and what they may. Nothing is cached: a right that is taken away is away. */
final class Callers {

    private static final String SCHEME = "Bearer ";

    /** Longer than any token an API server gives out, and within the server's limit of a request's headers. */
    private static final int MAX_TOKEN = 8 << 10;

    private final KubernetesClient client;

    Callers(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The token of an {@code Authorization} header.
     *
     * @throws Refused 401 when there is none
     */
    static String token(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new Refused(401, "send your cluster token: Authorization: Bearer …");
        }
        String token = header.substring(SCHEME.length()).strip();
        if (token.isEmpty() || token.length() > MAX_TOKEN) {
            throw new Refused(401, "the bearer token is empty or longer than " + MAX_TOKEN + " characters");
        }
        return token;
    }

    /**
     * Checks that the bearer of a token has every one of these rights.
     *
     * @return who it is, for the log
     * @throws Refused 401 when the API server does not know the token, 403 when the bearer may not, 503 when it does not
     *     answer
     */
    String admit(String token, List<Right> rights) {
        try {
            UserInfo user = user(token);
            for (Right right : rights) {
                if (!allowed(user, right)) {
                    throw new Refused(403, user.getUsername() + " may not " + right);
                }
            }
            return user.getUsername();
        } catch (KubernetesClientException e) {
            throw new Refused(503, "the API server does not say who you are: try again", e);
        }
    }

    private UserInfo user(String token) {
        TokenReview review = client.tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .endSpec()
                        .build());
        if (review.getStatus() == null
                || !Boolean.TRUE.equals(review.getStatus().getAuthenticated())
                || review.getStatus().getUser() == null) {
            throw new Refused(401, "the cluster does not know this token: it may have expired");
        }
        return review.getStatus().getUser();
    }

    private boolean allowed(UserInfo user, Right right) {
        Map<String, List<String>> extra = user.getExtra() == null ? Map.of() : user.getExtra();
        var review = client.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user.getUsername())
                        .withUid(user.getUid())
                        .withGroups(user.getGroups())
                        .withExtra(extra)
                        .withNewResourceAttributes()
                        .withGroup(Api.GROUP)
                        .withResource(right.resource())
                        .withVerb(right.verb())
                        .withNamespace(right.namespace())
                        .withName(right.name())
                        .endResourceAttributes()
                        .endSpec()
                        .build());
        return review.getStatus() != null
                && Boolean.TRUE.equals(review.getStatus().getAllowed())
                && !Boolean.TRUE.equals(review.getStatus().getDenied());
    }
}
