package io.kubemdm.cli.cluster;

import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Who the API server takes the caller for. */
public final class Me {

    private Me() {}

    /** The user name, as {@code spec.requestedBy} and {@code spec.approvedBy} want it. */
    public static String name(KubernetesClient client) {
        return client.authentication()
                .v1()
                .selfSubjectReviews()
                .create(new SelfSubjectReview())
                .getStatus()
                .getUserInfo()
                .getUsername();
    }
}
