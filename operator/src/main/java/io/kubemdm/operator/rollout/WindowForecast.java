package io.kubemdm.operator.rollout;

import io.kubemdm.crds.rollout.Window;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.rollout.RolloutForecast.Hold;
import io.kubemdm.operator.window.WindowDecision;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Until when maintenance windows delay devices that a step reaches.
 *
 * @param last when the last of those is let in for whom one opens, null when none is delayed
 * @param hold that they wait, and until when; null when none is delayed
 */
record WindowForecast(@Nullable Instant last, @Nullable Hold hold) {

    private static final WindowForecast NONE = new WindowForecast(null, null);

    static WindowForecast of(List<Window> windows, List<FleetDevice> devices, Instant now) {
        if (windows.isEmpty()) {
            return NONE;
        }
        Map<ZoneId, WindowDecision> decided = new HashMap<>();
        int shut = 0;
        int never = 0;
        Instant last = null;
        for (FleetDevice device : devices) {
            WindowDecision window = decided.computeIfAbsent(
                    WindowDecision.zone(device.labels()), zone -> WindowDecision.decide(windows, zone, now));
            if (window.open()) {
                continue;
            }
            shut++;
            Instant opens = window.changesAt();
            if (opens == null) {
                never++;
            } else if (last == null || opens.isAfter(last)) {
                last = opens;
            }
        }
        return shut == 0 ? NONE : new WindowForecast(last, new Hold("WindowShut", message(shut, never, last)));
    }

    private static String message(int shut, int never, @Nullable Instant last) {
        String waiting = shut + " devices wait for a maintenance window";
        return waiting
                + (last == null ? "" : ": the last of them is let in at " + last.truncatedTo(ChronoUnit.SECONDS))
                + (never == 0 ? "." : "; for " + never + " of them none ever opens: see the time zones.");
    }
}
