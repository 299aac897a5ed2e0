package io.kubemdm.cli.audit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the operator's query API is and by which certificate it is known. */
public final class QueryAccess {

    @Option(
            names = "--query-url",
            paramLabel = "URL",
            defaultValue = "${env:KUBEMDM_QUERY_URL}",
            description = "The operator's query API, https://HOST:PORT. Default: $$KUBEMDM_QUERY_URL.")
    private @Nullable String url;

    @Option(
            names = "--query-ca",
            paramLabel = "FILE",
            defaultValue = "${env:KUBEMDM_QUERY_CA}",
            description =
                    "PEM file of the root that the query API's certificate is under. Default: $$KUBEMDM_QUERY_CA, "
                            + "else the system's roots.")
    private @Nullable Path authority;

    /** What is asked of the cluster and of its log. */
    @FunctionalInterface
    public interface Question<T> {
        T ask(KubernetesClient cluster, QueryClient log) throws IOException;
    }

    /** Asks both as the kubeconfig's user. */
    public <T> T ask(ClusterAccess access, Question<T> question) throws IOException {
        try (KubernetesClient cluster = access.connect();
                QueryClient log = connect(cluster)) {
            return question.ask(cluster, log);
        }
    }

    private QueryClient connect(KubernetesClient cluster) throws IOException {
        return new QueryClient(address(), token(cluster.getConfiguration()), trust());
    }

    private URI address() {
        if (url == null || url.isBlank()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--query-url or KUBEMDM_QUERY_URL must say where the operator's query API is: after 'kubectl"
                            + " port-forward -n kubemdm-system svc/kubemdm-query 10443' it is https://localhost:10443");
        }
        // A region on one machine tells one address per replica.
        String first = url.split(",", -1)[0].strip();
        try {
            URI address = URI.create(first);
            if ("https".equals(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, "--query-url: '" + first + "' is no URL: " + e.getMessage());
        }
        throw new CliFailure(
                ExitCode.USAGE,
                "--query-url: '" + first + "' must be https://HOST:PORT: your cluster token goes there");
    }

    private static String token(Config config) {
        return Stream.of(
                        config.getOauthTokenProvider() == null
                                ? null
                                : config.getOauthTokenProvider().getToken(),
                        config.getOauthToken(),
                        config.getAutoOAuthToken())
                .filter(token -> token != null && !token.isBlank())
                .findFirst()
                .orElseThrow(() -> new CliFailure(
                        ExitCode.USAGE,
                        "the kubeconfig's user has no token, which the query API knows people by: use a context whose"
                                + " user has one, such as one made from 'kubectl create token SERVICEACCOUNT'"));
    }

    private SSLContext trust() throws IOException {
        try {
            if (authority == null || authority.toString().isBlank()) {
                return SSLContext.getDefault();
            }
            List<X509Certificate> roots = TrustFile.certificates("--query-ca", authority);
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("root-" + i, roots.get(i));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }
}
