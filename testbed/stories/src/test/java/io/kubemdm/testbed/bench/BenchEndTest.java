package io.kubemdm.testbed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.region.Region;
import io.kubemdm.testbed.region.RegionFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A benchmark as {@code make bench} starts it, told to end while its region's first parts come up. */
class BenchEndTest {

    private static final String TOLD = "region in ";

    @TempDir
    Path dir;

    private @Nullable Process bench;

    @BeforeEach
    void start() throws IOException {
        bench = new ProcessBuilder(
                        Checkout.ofWorkingDirectory().path("build/testbed").toString(), Bench.class.getName(), "up")
                .redirectOutput(dir.resolve("out").toFile())
                .redirectError(dir.resolve("err").toFile())
                .start();
    }

    @AfterEach
    void end() {
        running().destroyForcibly().onExit().join();
        region().ifPresent(folder -> new Region(Checkout.ofWorkingDirectory(), folder).discard());
    }

    @Test
    void oneThatIsTerminatedLeavesNoProcessOfItsRegion() throws Exception {
        await().atMost(Duration.ofMinutes(5)).until(() -> parts().contains("etcd"));

        running().destroy();

        assertThat(running().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running().exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
        assertThat(parts()).isEmpty();
        assertThat(dir.resolve("out")).as("standard output is for figures").isEmptyFile();
        assertThat(dir.resolve("err"))
                .content()
                .contains("ending the region in")
                .doesNotContain("SLF4J");
    }

    private Process running() {
        return Objects.requireNonNull(bench);
    }

    private List<String> parts() {
        return region().map(folder -> Marks.of(folder.path())).orElse(List.of()).stream()
                .map(Marks.Marked::part)
                .toList();
    }

    /** Where its region is, once it has said so. */
    private Optional<RegionFolder> region() {
        try {
            return Files.readAllLines(dir.resolve("err")).stream()
                    .filter(line -> line.startsWith(TOLD))
                    .map(line -> new RegionFolder(Path.of(line.substring(TOLD.length()))))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
