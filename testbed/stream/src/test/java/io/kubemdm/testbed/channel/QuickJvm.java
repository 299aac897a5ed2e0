package io.kubemdm.testbed.channel;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.region.ServiceArchives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a gateway's process starts in tests that start many. */
public final class QuickJvm {

    private QuickJvm() {}

    /** The whole command; with the class archive that a region left, if one has run. */
    public static List<String> gateway(String role, List<String> options) {
        Path folder = Checkout.ofWorkingDirectory().path("gateway/target/quarkus-app");
        Path program = folder.resolve("quarkus-run.jar");
        if (!Files.isRegularFile(program)) {
            throw new IllegalStateException(program + " is not built: run mvn package, as make test does");
        }
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        words.addAll(ServiceArchives.of(folder, "kubemdm-" + role + "-0").used());
        words.addAll(options);
        words.addAll(List.of("-jar", program.toString()));
        return words;
    }
}
