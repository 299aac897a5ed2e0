package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server says it has been asked to write of our kinds. */
final class ApiWrites {

    private static final Pattern REQUESTS =
            Pattern.compile("^apiserver_request_total\\{([^}]*)\\} ([0-9.e+]+)$", Pattern.MULTILINE);
    private static final Pattern WRITE = Pattern.compile("verb=\"(POST|PUT|PATCH|APPLY|DELETE|DELETECOLLECTION)\"");

    private ApiWrites() {}

    /** Writing requests since the API server started, refused ones included. */
    static long of(KubernetesClient client) {
        Matcher request = REQUESTS.matcher(client.raw("/metrics"));
        long sum = 0;
        while (request.find()) {
            if (request.group(1).contains("group=\"kubemdm.io\"")
                    && WRITE.matcher(request.group(1)).find()) {
                sum += (long) Double.parseDouble(request.group(2));
            }
        }
        return sum;
    }
}
