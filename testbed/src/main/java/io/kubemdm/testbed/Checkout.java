package io.kubemdm.testbed;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of this checkout of the project; every path of the testbed starts here or in the cache. */
public record Checkout(Path root) {

    private static final String MARK = "testbed/controlplane/go.sum";

    /**
     * Finds the checkout that holds the working directory.
     *
     * @throws IllegalStateException when no parent of the working directory is one
     */
    public static Checkout ofWorkingDirectory() {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(MARK))) {
                return new Checkout(folder);
            }
        }
        throw new IllegalStateException(
                "no parent of " + here + " holds " + MARK + ": run inside a checkout of the project");
    }

    /** A path below the root. */
    public Path path(String relative) {
        return root.resolve(relative);
    }

    /** What is built once per machine: {@code $XDG_CACHE_HOME/kubemdm}, by default {@code ~/.cache/kubemdm}. */
    public static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("kubemdm");
    }
}
