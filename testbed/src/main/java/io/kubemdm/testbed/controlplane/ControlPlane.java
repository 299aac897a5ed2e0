package io.kubemdm.testbed.controlplane;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running Kubernetes control plane for a test: etcd, kube-apiserver and, where there is one, the controller manager,
 * with RBAC, ServiceAccount tokens and admission policies on, on ports and in a folder of its own. The kernel kills it
 * with the process that started it. Not for several threads at once; the client is.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);

    private final ControlPlaneLayout layout;
    private @Nullable Child etcd;
    private @Nullable Child apiServer;
    private @Nullable Child controllerManager;
    private @Nullable KubernetesClient client;

    private ControlPlane(ControlPlaneLayout layout) {
        this.layout = layout;
    }

    /**
     * Starts one and returns when it answers; about three seconds once the binaries are there.
     *
     * @param dir its folder; a second start in the same folder finds its data again
     * @throws IllegalStateException when a part does not come up; the message ends with its last lines
     */
    public static ControlPlane start(Path dir) {
        return start(dir, System.getenv());
    }

    /** The same with the binaries that this environment names. */
    public static ControlPlane start(Path dir, Map<String, String> environment) {
        KubernetesBinaries binaries = KubernetesBinaries.provide(
                Checkout.ofWorkingDirectory(), environment, message -> System.err.println("testbed: " + message));
        ControlPlane plane = new ControlPlane(ControlPlaneLayout.in(dir, binaries, false));
        try {
            plane.startParts();
            return plane;
        } catch (RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private void startParts() {
        etcd = Child.start(layout.etcd());
        startApiServer();
        controllerManager = layout.controllerManager().map(Child::start).orElse(null);
    }

    private void startApiServer() {
        // Before etcd answers it waits by itself.
        Child child = Child.start(layout.apiServer());
        apiServer = child;
        child.awaitReady(new ApiServerProbe(layout.server(), layout.certificate()), START);
        layout.writeKubeconfig();
    }

    /** The kubeconfig of an administrator. */
    public Path kubeconfig() {
        return layout.kubeconfig();
    }

    /** The API server's address. */
    public String server() {
        return layout.server();
    }

    /** kubectl, as the administrator. */
    public Kubectl kubectl() {
        return new Kubectl(layout.binaries().kubectl(), kubeconfig());
    }

    /** kubectl, as a ServiceAccount. */
    public Kubectl kubectlAs(String namespace, String serviceAccount) {
        return new Kubectl(layout.binaries().kubectl(), kubeconfigOf(namespace, serviceAccount));
    }

    /** A client with the administrator's rights; one for the life of this control plane, closed with it. */
    public synchronized KubernetesClient client() {
        KubernetesClient known = client;
        if (known == null) {
            known = newClient(kubeconfig());
            client = known;
        }
        return known;
    }

    /** A client of its own for the bearer of a kubeconfig; the caller closes it. */
    public static KubernetesClient newClient(Path kubeconfig) {
        try {
            Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + kubeconfig, e);
        }
    }

    /**
     * A fresh kubeconfig with the token of a ServiceAccount, good for an hour.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when there is no such ServiceAccount
     */
    public Path kubeconfigOf(String namespace, String serviceAccount) {
        String token = ServiceAccounts.token(client(), namespace, serviceAccount, Duration.ofHours(1));
        Path file = layout.kubeconfig().resolveSibling(namespace + "." + serviceAccount + ".kubeconfig");
        Kubeconfig.write(file, layout.server(), layout.certificate(), serviceAccount, token, namespace);
        return file;
    }

    /** Ends the API server as a crash would; etcd goes on. */
    public void kill9ApiServer() {
        kill(apiServer);
    }

    /** Starts a killed API server again on its port and returns when it answers. */
    public void restartApiServer() {
        startApiServer();
    }

    /** Ends all parts as a crash of the machine would. */
    public void kill9() {
        kill(controllerManager);
        kill(apiServer);
        kill(etcd);
    }

    /** Starts all parts again after {@link #kill9()}, on the same ports, with the same data. */
    public void restart() {
        kill9();
        startParts();
    }

    private static void kill(@Nullable Child child) {
        if (child != null) {
            child.kill9();
        }
    }

    /** Kills every part: a test's data is not worth a farewell. */
    @Override
    public void close() {
        KubernetesClient known = client;
        if (known != null) {
            known.close();
        }
        kill9();
    }
}
