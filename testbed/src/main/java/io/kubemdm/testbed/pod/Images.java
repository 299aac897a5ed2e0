package io.kubemdm.testbed.pod;

import io.kubemdm.testbed.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Which image is which program of this checkout. The one table of its kind. */
public final class Images {

    /** Where our images have their program. */
    static final String FOLDER = "/app";

    /** What a container runs that names no command of its own. */
    static final List<String> ENTRYPOINT = List.of("java", "-jar", FOLDER + "/quarkus-run.jar");

    private static final Map<String, String> PROGRAMS =
            Map.of("gateway", "gateway/target/quarkus-app", "operator", "operator/target/quarkus-app");

    private final Checkout checkout;

    /** The images of a checkout. */
    public Images(Checkout checkout) {
        this.checkout = checkout;
    }

    /**
     * The local folder of an image's {@code /app}.
     *
     * @param image as a pod names it: registry, repository and tag do not matter, only the last part of the name
     * @throws IllegalArgumentException when the image is none of ours
     */
    public Path folder(String image) {
        String relative = PROGRAMS.get(name(image));
        if (relative == null) {
            throw new IllegalArgumentException(
                    "image " + image + " is none of this project's, which are " + new TreeSet<>(PROGRAMS.keySet()));
        }
        return checkout.path(relative);
    }

    /** The last part of an image's name, without tag and digest. */
    static String name(String image) {
        String path = before(image, '@');
        return before(path.substring(path.lastIndexOf('/') + 1), ':');
    }

    private static String before(String text, char mark) {
        int at = text.indexOf(mark);
        return at < 0 ? text : text.substring(0, at);
    }
}
