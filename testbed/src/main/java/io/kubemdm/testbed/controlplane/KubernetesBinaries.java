package io.kubemdm.testbed.controlplane;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Child;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The programs of a control plane in one folder: {@code etcd}, {@code kube-apiserver}, {@code kube-controller-manager}
 * and {@code kubectl}.
 *
 * @param folder where they lie
 */
public record KubernetesBinaries(Path folder) {

    /** Where a person says that the binaries already are, in the layout of {@code setup-envtest}. */
    public static final String ASSETS = "KUBEBUILDER_ASSETS";

    private static final String HELM = "helm.sh/helm/v4/cmd/helm@v4.3.1";
    private static final String KUBERNETES = "v1.36.3";
    private static final List<String> PROGRAMS =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kubectl");

    /** etcd. */
    public Path etcd() {
        return folder.resolve("etcd");
    }

    /** The API server. */
    public Path apiServer() {
        return folder.resolve("kube-apiserver");
    }

    /**
     * The controller manager; absent in a folder of {@code setup-envtest}, which has none: then namespaces do not
     * finish deleting and nothing is garbage collected.
     */
    public Optional<Path> controllerManager() {
        return Optional.of(folder.resolve("kube-controller-manager")).filter(Files::isExecutable);
    }

    /** kubectl. */
    public Path kubectl() {
        return folder.resolve("kubectl");
    }

    /**
     * Finds them, or builds them once per machine: minutes on two cores, and only one process does it, the others wait.
     *
     * @param progress told in a sentence what takes long
     * @throws IllegalStateException when they can neither be found nor built; the message says what to install or set
     */
    public static KubernetesBinaries provide(
            Checkout checkout, Map<String, String> environment, Consumer<String> progress) {
        String assets = environment.get(ASSETS);
        if (assets != null && !assets.isBlank()) {
            return new KubernetesBinaries(complete(Path.of(assets)));
        }
        Path cache = cache(checkout);
        if (!isBuilt(cache)) {
            locked(cache, () -> buildControlPlane(checkout, cache, progress));
        }
        return new KubernetesBinaries(cache);
    }

    private static Path cache(Checkout checkout) {
        return Checkout.cache().resolve(hash(checkout.path("testbed/controlplane/go.sum")));
    }

    private static Path complete(Path assets) {
        for (String program : List.of("etcd", "kube-apiserver", "kubectl")) {
            if (!Files.isExecutable(assets.resolve(program))) {
                throw new IllegalStateException(ASSETS + "=" + assets + " has no executable " + program
                        + ": put it there, or unset " + ASSETS + " to build all of them with Go");
            }
        }
        return assets;
    }

    private static boolean isBuilt(Path cache) {
        return PROGRAMS.stream().allMatch(program -> Files.isExecutable(cache.resolve(program)));
    }

    /**
     * Helm, built once per machine; without Go the one on the path.
     *
     * @throws IllegalStateException when it is not there and cannot be built
     */
    public static Path helm(Checkout checkout, Consumer<String> progress) {
        Path cache = cache(checkout);
        Path helm = cache.resolve("helm");
        if (Files.isExecutable(helm)) {
            return helm;
        }
        Optional<Path> installed = onPath("helm");
        if (installed.isPresent() && onPath("go").isEmpty()) {
            return installed.get();
        }
        locked(cache, () -> buildHelm(checkout, cache, helm, progress));
        return helm;
    }

    private static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        return path == null
                ? Optional.empty()
                : Arrays.stream(path.split(File.pathSeparator, -1))
                        .filter(folder -> !folder.isBlank())
                        .map(folder -> Path.of(folder, program))
                        .filter(Files::isExecutable)
                        .findFirst();
    }

    private static void buildControlPlane(Checkout checkout, Path cache, Consumer<String> progress) throws IOException {
        if (isBuilt(cache)) {
            return;
        }
        progress.accept(
                "building Kubernetes " + KUBERNETES + " from its Go modules, once per machine: about 5 minutes");
        String[] number = KUBERNETES.substring(1).split("\\.", -1);
        String version = "k8s.io/component-base/version.";
        Path fresh = cache.resolve("controlplane.new");
        go(
                checkout,
                cache,
                List.of(
                        "build",
                        "-trimpath",
                        "-ldflags",
                        "-s -w -X " + version + "gitVersion=" + KUBERNETES + " -X " + version + "gitMajor=" + number[0]
                                + " -X " + version + "gitMinor=" + number[1],
                        "-o",
                        fresh.toString(),
                        "."));
        Files.move(fresh, cache.resolve("controlplane"), StandardCopyOption.ATOMIC_MOVE);
        for (String program : PROGRAMS) {
            Files.deleteIfExists(cache.resolve(program));
            Files.createSymbolicLink(cache.resolve(program), Path.of("controlplane"));
        }
    }

    private static void buildHelm(Checkout checkout, Path cache, Path helm, Consumer<String> progress)
            throws IOException {
        if (Files.isExecutable(helm)) {
            return;
        }
        progress.accept("building Helm, once per machine: about 2 minutes");
        Path folder = Files.createDirectories(cache.resolve("helm.new"));
        go(checkout, folder, List.of("install", HELM));
        Files.move(folder.resolve("helm"), helm, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(folder);
    }

    private static void go(Checkout checkout, Path bin, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("go"));
        command.addAll(arguments);
        Path log = bin.resolve("go.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(checkout.path("testbed/controlplane").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CGO_ENABLED", "0");
        builder.environment().put("GOBIN", bin.toString());
        int exit;
        try {
            exit = builder.start().waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "no Kubernetes binaries: install Go 1.26 or newer to build them, or set " + ASSETS
                            + " to a folder of setup-envtest",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while building with Go", e);
        }
        if (exit != 0) {
            throw new IllegalStateException(
                    "go " + String.join(" ", arguments) + " failed:\n" + Child.lastLines(log, 20));
        }
        Files.delete(log);
    }

    private interface Build {
        void run() throws IOException;
    }

    private static synchronized void locked(Path cache, Build build) {
        try {
            Files.createDirectories(cache);
            try (FileChannel channel =
                    FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                FileLock lock = channel.lock();
                try {
                    build.run();
                } finally {
                    lock.release();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the cache " + cache, e);
        }
    }

    private static String hash(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest).substring(0, 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
