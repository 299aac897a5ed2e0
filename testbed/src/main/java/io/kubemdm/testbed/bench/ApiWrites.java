package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Predicate;
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
        return sum(client, labels -> true);
    }

    /** The same of one kind only, by its plural: creations, changes and statuses. */
    static long of(KubernetesClient client, String resource) {
        return sum(client, labels -> labels.contains("resource=\"" + resource + "\""));
    }

    private static long sum(KubernetesClient client, Predicate<String> counted) {
        Matcher request = REQUESTS.matcher(client.raw("/metrics"));
        long sum = 0;
        while (request.find()) {
            String labels = request.group(1);
            if (labels.contains("group=\"kubemdm.io\"") && WRITE.matcher(labels).find() && counted.test(labels)) {
                sum += (long) Double.parseDouble(request.group(2));
            }
        }
        return sum;
    }
}
