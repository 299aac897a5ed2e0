package io.kubemdm.testbed.region;

import io.kubemdm.testbed.region.RegionState.Condition;
import io.kubemdm.testbed.region.RegionState.PartState;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Tells a person how far a region is: one line whenever a part has come further. */
final class UpScreen {

    private final PrintStream out;
    private final long begun = System.nanoTime();
    private final Map<String, String> told = new HashMap<>();

    UpScreen(PrintStream out) {
        this.out = out;
    }

    /** Prints what is new. */
    void show(RegionState state) {
        for (PartState part : state.parts()) {
            String words = words(part);
            if (!words.isEmpty() && !words.equals(told.put(part.name(), words))) {
                out.printf(Locale.ROOT, "  %6.1f s  %-28s %s%n", seconds(), part.name(), words);
            }
        }
    }

    /** Seconds since the beginning. */
    double seconds() {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
    }

    private static String words(PartState part) {
        String detail = part.detail() == null ? "" : part.detail().strip();
        return switch (part.condition()) {
            case READY -> "ready";
            case DONE -> "done";
            case STARTING -> detail;
            case UNREADY -> detail.isEmpty() ? "not ready" : detail;
            case BACKING_OFF -> detail + (part.restarts() == 0 ? "" : " (restart " + part.restarts() + ")");
            case FAILED -> "FAILED: " + detail;
        };
    }

    /** One line of {@code make status}. */
    static String line(PartState part) {
        String condition = part.condition().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return String.format(
                Locale.ROOT,
                "  %-28s %-12s %8s %9s  %s",
                part.name(),
                condition,
                part.pid() == null ? "-" : part.pid(),
                part.condition() == Condition.DONE ? "-" : part.restarts(),
                part.detail() == null ? "" : part.detail());
    }
}
