package io.kubemdm.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the chart's CRD files equal to the types; {@code -Dkubemdm.generate=true} writes them first. */
class ChartCrdsTest {
    private static final Path FOLDER = Path.of("..", "charts", "kubemdm", "files", "crds");
    private static final String HEADER = "# Generated from the types in crds; to write it anew: make generate\n";

    @Test
    void theChartHasExactlyTheGeneratedCrds() throws IOException {
        Map<String, String> generated = new TreeMap<>();
        Crds.KINDS.forEach(kind -> generated.put(Crds.fileName(kind), HEADER + Crds.YAML.asYaml(Crds.of(kind))));
        if (Boolean.getBoolean("kubemdm.generate")) {
            Files.createDirectories(FOLDER);
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        }

        assertThat(committed()).isEqualTo(generated);
    }

    private static Map<String, String> committed() throws IOException {
        Map<String, String> committed = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                committed.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return committed;
    }
}
