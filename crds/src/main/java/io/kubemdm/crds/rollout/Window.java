package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.DurationField;
import io.kubemdm.crds.LabelField;
import java.util.List;

/**
 * A recurring time at which devices may be admitted: from {@code start} on the wall of its time zone, for so long as
 * {@code duration} says, on those days on which it starts.
 *
 * @param days empty means every day
 * @param timeZone an IANA name, or {@link #DEVICE}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!self.duration.contains('d') && duration(self.duration) >= duration('1m')"
                + " && duration(self.duration) <= duration('24h')",
        message = "maintenanceWindows duration is between 1m and 24h: write it in hours and minutes, such as 4h30m")
public record Window(
        @JsonPropertyDescription("Name of the window.") @Required @LabelField
        String name,

        @JsonPropertyDescription("Days on which it opens; empty means every day.") @Size(max = 7) List<Day> days,

        @JsonPropertyDescription("When it opens on the wall clock, such as 22:00.")
        @Required
        @Size(min = 5, max = 5) @Pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$") String start,

        @JsonPropertyDescription("How long it stays open, 1m to 24h; it may end on the next day.")
        @Required
        @DurationField
        String duration,

        @JsonPropertyDescription(
                "IANA time zone of start, such as Europe/Berlin, or Device: that of the device's label kubemdm.io/time-zone.")
        @Size(min = 1, max = 64) @Pattern("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$") @Default("UTC")
        String timeZone) {

    /** The time zone of windows that open for each device by its own clock. */
    public static final String DEVICE = "Device";

    /**
     * Label with a device's time zone: the IANA name with {@code .} for each {@code /}, which no label may hold, such as
     * {@code Europe.Berlin}.
     */
    public static final String ZONE_LABEL = "kubemdm.io/time-zone";

    public Window {
        days = days == null ? List.of() : List.copyOf(days);
        timeZone = timeZone == null ? "UTC" : timeZone;
    }
}
