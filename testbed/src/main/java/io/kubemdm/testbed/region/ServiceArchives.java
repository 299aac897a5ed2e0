package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.pod.Images;
import io.kubemdm.testbed.process.ClassArchive;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The archives of the services' classes, beside their programs: left by the first region that is asked to end after a
 * build.
 */
public final class ServiceArchives {

    private ServiceArchives() {}

    /**
     * One pod's.
     *
     * @param folder of its program
     * @param pod its name
     */
    public static ClassArchive of(Path folder, String pod) {
        return new ClassArchive(folder.resolveSibling(pod + ".jsa"), folder.resolve("quarkus-run.jar"));
    }

    /** Whether services start from them. */
    public static boolean areThere(Checkout checkout) {
        Images images = new Images(checkout);
        return Stream.of("operator", "gateway").allMatch(image -> of(images.folder(image), "kubemdm-" + image + "-0")
                .isThere());
    }
}
