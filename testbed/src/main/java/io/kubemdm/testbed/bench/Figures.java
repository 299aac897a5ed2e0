package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Prints one JSON line per figure: a value, or a distribution as median, 99th percentile and maximum. */
public final class Figures {

    private final PrintStream out;
    private final String bench;
    private final Provenance provenance;

    /** Figures of one benchmark, printed on {@code out}. */
    public Figures(PrintStream out, String bench, Provenance provenance) {
        this.out = out;
        this.bench = bench;
        this.provenance = provenance;
    }

    /** One number. */
    public void value(String metric, String unit, double value) {
        ObjectNode line = line(metric, unit);
        line.put("value", rounded(value));
        print(line);
    }

    /**
     * A distribution.
     *
     * @param unit of the figures printed
     * @param perUnit how many of the histogram's own units make one of these, e.g. 1,000 for µs shown as ms
     */
    public void distribution(String metric, String unit, Histogram recorded, double perUnit) {
        ObjectNode line = line(metric, unit);
        line.put("n", recorded.getTotalCount());
        line.put("median", rounded(recorded.getValueAtPercentile(50) / perUnit));
        line.put("p99", rounded(recorded.getValueAtPercentile(99) / perUnit));
        line.put("max", rounded(recorded.getMaxValue() / perUnit));
        print(line);
    }

    private ObjectNode line(String metric, String unit) {
        return Json.mapper()
                .createObjectNode()
                .put("bench", bench)
                .put("metric", metric)
                .put("unit", unit);
    }

    private void print(ObjectNode line) {
        line.put("machine", provenance.machine());
        line.put("commit", provenance.commit());
        out.println(new String(Json.write(line), StandardCharsets.UTF_8));
    }

    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.3g", value));
    }
}
