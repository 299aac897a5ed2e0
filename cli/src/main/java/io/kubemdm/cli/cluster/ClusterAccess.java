package io.kubemdm.cli.cluster;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import java.io.File;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which cluster and namespace, as kubectl has them. */
public final class ClusterAccess {

    private static final int TIMEOUT_MS = 10_000;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Namespace of the tenant. Default: the one of the kubeconfig's context.")
    private @Nullable String namespace;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Context of the kubeconfig. Default: its current one.")
    private @Nullable String context;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig. Default: $$KUBECONFIG, else ~/.kube/config.")
    private @Nullable File kubeconfig;

    /** A client; the caller closes it. */
    public KubernetesClient connect() {
        Config config = config();
        config.setConnectionTimeout(TIMEOUT_MS);
        config.setRequestTimeout(TIMEOUT_MS);
        // An API server that asks for patience (429) gets a little; one that is not there is told of within a second.
        config.setRequestRetryBackoffLimit(3);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** The namespace to work in. */
    public String namespace(KubernetesClient client) {
        if (namespace != null) {
            return namespace;
        }
        String configured = client.getNamespace();
        return configured == null ? "default" : configured;
    }

    private Config config() {
        if (kubeconfig != null && !kubeconfig.isFile()) {
            throw new CliFailure(ExitCode.NOT_FOUND, "--kubeconfig " + kubeconfig + " does not exist");
        }
        Config config = kubeconfig == null ? Config.autoConfigure(context) : Config.fromKubeconfig(kubeconfig);
        if (context == null) {
            return config;
        }
        // Never another cluster than the one that was named.
        NamedContext named = config.getContexts().stream()
                .filter(one -> one.getName().equals(context))
                .findFirst()
                .orElseThrow(
                        () -> new CliFailure(ExitCode.NOT_FOUND, "the kubeconfig has no context named " + context));
        if (kubeconfig == null) {
            return config;
        }
        config.setCurrentContext(named);
        return config.refresh();
    }
}
