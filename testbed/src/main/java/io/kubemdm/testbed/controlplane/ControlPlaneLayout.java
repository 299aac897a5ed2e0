package io.kubemdm.testbed.controlplane;

import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.Ports;
import io.kubemdm.testbed.process.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The files and the three processes of one control plane, without running any: the same folder gives the same ports,
 * keys and processes again.
 */
public final class ControlPlaneLayout {

    private static final String HOST = "127.0.0.1";

    /** Controllers whose work anything here relies on. Pods are not run by a kubelet, so no workload controller. */
    private static final String CONTROLLERS = String.join(
            ",",
            "namespace-controller",
            "garbage-collector-controller",
            "serviceaccount-controller",
            "root-ca-certificate-publisher-controller",
            "clusterrole-aggregation-controller",
            "certificatesigningrequest-cleaner-controller",
            "validatingadmissionpolicy-status-controller");

    /** The collector runs a quarter as often, for some 100 MiB more: an eighth of an API server's processor time. */
    private static final Map<String, String> GO = Map.of("GOGC", "400");

    private final Path dir;
    private final KubernetesBinaries binaries;
    private final boolean durable;
    private final int etcdPort;
    private final int peerPort;
    private final int apiPort;
    private final String adminToken;

    private ControlPlaneLayout(Path dir, KubernetesBinaries binaries, boolean durable, Properties settings) {
        this.dir = dir;
        this.binaries = binaries;
        this.durable = durable;
        this.etcdPort = Integer.parseInt(settings.getProperty("etcd"));
        this.peerPort = Integer.parseInt(settings.getProperty("peer"));
        this.apiPort = Integer.parseInt(settings.getProperty("api"));
        this.adminToken = settings.getProperty("token");
    }

    /**
     * Reads the layout of a folder, or makes it: ports, the administrator's token, the key of the ServiceAccounts.
     *
     * @param durable whether etcd waits for the disk; off, it outlives every kill but not a loss of power
     */
    public static ControlPlaneLayout in(Path dir, KubernetesBinaries binaries, boolean durable) {
        Path absolute = dir.toAbsolutePath().normalize();
        Path file = absolute.resolve("control-plane.properties");
        try {
            Files.createDirectories(absolute);
            if (!Files.exists(file)) {
                List<Integer> ports = Ports.free(3);
                Properties fresh = new Properties();
                fresh.setProperty("etcd", ports.get(0).toString());
                fresh.setProperty("peer", ports.get(1).toString());
                fresh.setProperty("api", ports.get(2).toString());
                fresh.setProperty("token", SecretFile.randomHex());
                ServiceAccountKey.writeTo(absolute);
                try (var out = SecretFile.create(file)) {
                    fresh.store(out, null);
                }
                Files.writeString(
                        absolute.resolve("tokens.csv"), fresh.getProperty("token") + ",admin,admin,system:masters\n");
            }
            Properties settings = new Properties();
            try (var in = Files.newInputStream(file)) {
                settings.load(in);
            }
            return new ControlPlaneLayout(absolute, binaries, durable, settings);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay a control plane in " + absolute, e);
        }
    }

    /** The programs it runs. */
    public KubernetesBinaries binaries() {
        return binaries;
    }

    /** The API server's address. */
    public String server() {
        return "https://" + HOST + ":" + apiPort;
    }

    /** The certificate by which the API server is known; there once it has started for the first time. */
    public Path certificate() {
        return dir.resolve("certificates/apiserver.crt");
    }

    /** The administrator's kubeconfig; written by {@link #writeKubeconfig}. */
    public Path kubeconfig() {
        return dir.resolve("kubeconfig");
    }

    /** The bearer token of the administrator, a member of {@code system:masters}. */
    public String adminToken() {
        return adminToken;
    }

    /** Its ports: etcd's client and peer port, the API server's. */
    public List<Integer> ports() {
        return List.of(etcdPort, peerPort, apiPort);
    }

    /** Writes the administrator's kubeconfig; the API server must have started once. */
    public void writeKubeconfig() {
        Kubeconfig.write(kubeconfig(), server(), certificate(), "admin", adminToken, "default");
    }

    /** etcd. */
    public ChildSpec etcd() {
        String client = "http://" + HOST + ":" + etcdPort;
        String peer = "http://" + HOST + ":" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                binaries.etcd().toString(),
                "--name=default",
                "--data-dir=" + dir.resolve("etcd"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--log-level=warn"));
        if (!durable) {
            command.add("--unsafe-no-fsync");
        }
        return spec("etcd", command);
    }

    /** The API server. */
    public ChildSpec apiServer() {
        return spec(
                "kube-apiserver",
                List.of(
                        binaries.apiServer().toString(),
                        "--etcd-servers=http://" + HOST + ":" + etcdPort,
                        "--bind-address=" + HOST,
                        "--advertise-address=" + HOST,
                        "--secure-port=" + apiPort,
                        "--endpoint-reconciler-type=none",
                        "--cert-dir=" + dir.resolve("certificates"),
                        "--service-cluster-ip-range=10.0.0.0/24",
                        "--authorization-mode=Node,RBAC",
                        "--token-auth-file=" + dir.resolve("tokens.csv"),
                        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                        "--service-account-signing-key-file=" + dir.resolve(ServiceAccountKey.PRIVATE),
                        "--service-account-key-file=" + dir.resolve(ServiceAccountKey.PUBLIC),
                        "--v=0"));
    }

    /** The controller manager, when there is one; runs as the administrator. */
    public Optional<ChildSpec> controllerManager() {
        return binaries.controllerManager().map(this::controllerManager);
    }

    private ChildSpec controllerManager(Path program) {
        return spec(
                "kube-controller-manager",
                List.of(
                        program.toString(),
                        "--kubeconfig=" + kubeconfig(),
                        "--root-ca-file=" + certificate(),
                        "--controllers=" + CONTROLLERS,
                        "--leader-elect=false",
                        // No port: nothing asks it anything.
                        "--secure-port=0",
                        "--v=0"));
    }

    private ChildSpec spec(String name, List<String> command) {
        return new ChildSpec(name, command, GO, dir, dir.resolve(name + ".log"), Lifeline.WITH_PARENT);
    }
}
