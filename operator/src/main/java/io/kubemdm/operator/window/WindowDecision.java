package io.kubemdm.operator.window;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.Day;
import io.kubemdm.crds.rollout.Window;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether any of the windows is open, and when the next one opens.
 *
 * <p>A window begins when its zone's wall clock shows {@code start} and ends {@code duration} of real time later. Where the
 * clock is put forward over {@code start}, it begins as much later as the clock was put forward; where the clock shows
 * {@code start} twice, it begins with the first ({@link java.time.ZonedDateTime#ofLocal}). So each day has one opening, and
 * every opening is as long as the next.
 *
 * @param open whether one is open now
 * @param name of the window that is open or opens next, empty when none ever will
 * @param changesAt when to decide anew: when it shuts or the next one opens, null for never
 * @param problem why a window cannot open, with the remedy and without a full stop, null when there is none
 */
public record WindowDecision(
        boolean open,
        String name,
        @Nullable Instant changesAt,
        @Nullable String problem) {

    /** The longest that two openings of a weekly window are apart, and one day for the zone's own date. */
    private static final int DAYS_AHEAD = 8;

    private static final Map<DayOfWeek, Day> DAYS = Map.of(
            DayOfWeek.MONDAY, Day.Mon,
            DayOfWeek.TUESDAY, Day.Tue,
            DayOfWeek.WEDNESDAY, Day.Wed,
            DayOfWeek.THURSDAY, Day.Thu,
            DayOfWeek.FRIDAY, Day.Fri,
            DayOfWeek.SATURDAY, Day.Sat,
            DayOfWeek.SUNDAY, Day.Sun);

    /** Nothing holds: there are no windows. */
    private static final WindowDecision ALWAYS = new WindowDecision(true, "", null, null);

    /**
     * Decides.
     *
     * @param windows none means always open
     * @param deviceZone the zone of windows that go by the device's own clock
     */
    public static WindowDecision decide(List<Window> windows, ZoneId deviceZone, Instant now) {
        if (windows.isEmpty()) {
            return ALWAYS;
        }
        String nextName = "";
        Instant next = null;
        String problem = null;
        for (Window window : windows) {
            ZoneId zone = window.timeZone().equals(Window.DEVICE) ? deviceZone : zone(window.timeZone());
            if (zone == null) {
                problem = "spec.maintenanceWindows " + window.name() + ": timeZone " + window.timeZone()
                        + " is not known: use an IANA name such as Europe/Berlin, or Device";
                continue;
            }
            Duration length = Formats.duration(window.duration());
            LocalDate today = now.atZone(zone).toLocalDate();
            // It may have begun yesterday and still be open.
            for (LocalDate day = today.minusDays(1); !day.isAfter(today.plusDays(DAYS_AHEAD)); day = day.plusDays(1)) {
                if (!opensOn(window, day)) {
                    continue;
                }
                Instant begins =
                        LocalTime.parse(window.start()).atDate(day).atZone(zone).toInstant();
                if (begins.isAfter(now)) {
                    if (next == null || begins.isBefore(next)) {
                        next = begins;
                        nextName = window.name();
                    }
                    break;
                }
                if (now.isBefore(begins.plus(length))) {
                    return new WindowDecision(true, window.name(), begins.plus(length), problem);
                }
            }
        }
        return new WindowDecision(false, nextName, next, problem);
    }

    private static boolean opensOn(Window window, LocalDate day) {
        return window.days().isEmpty() || window.days().contains(DAYS.get(day.getDayOfWeek()));
    }

    /**
     * The zone that a device's labels name, {@code UTC} when they name none.
     *
     * @see Window#ZONE_LABEL
     */
    public static ZoneId zone(Map<String, String> labels) {
        String label = labels.get(Window.ZONE_LABEL);
        ZoneId zone = label == null ? null : zone(label.replace('.', '/'));
        return zone == null ? ZoneOffset.UTC : zone;
    }

    private static @Nullable ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
