package io.kubemdm.testbed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What others read of a benchmark. */
class FiguresTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Figures figures = new Figures(
            new PrintStream(printed, true, StandardCharsets.UTF_8), "wipe", new Provenance("2 × cores", "abc-dirty"));

    @Test
    void aValueIsOneLineWithMachineAndCommit() {
        figures.value("api_writes_per_min", "writes/min", 0);

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("""
                {"bench":"wipe","metric":"api_writes_per_min","unit":"writes/min","value":0.0,"machine":"2 × cores","commit":"abc-dirty"}
                """);
    }

    @Test
    void aDistributionIsItsCountMedianTailAndWorst() {
        Histogram micros = new Histogram(3);
        for (int i = 1; i <= 100; i++) {
            micros.recordValue(i * 10L);
        }
        figures.distribution("delivered", "ms", micros, 1_000);

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("""
                {"bench":"wipe","metric":"delivered","unit":"ms","n":100,"median":0.5,"p99":0.99,"max":1.0,"machine":"2 × cores","commit":"abc-dirty"}
                """);
    }
}
