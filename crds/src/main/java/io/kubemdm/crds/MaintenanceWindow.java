package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A recurring time at which disturbing changes may happen. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MaintenanceWindow(
        @JsonPropertyDescription("When it opens, as minute, hour, day of month, month and day of week.")
        @Required
        @Size(min = 9, max = 64) @Pattern("^[0-9A-Za-z*/,-]+( [0-9A-Za-z*/,-]+){4}$") String cron,

        @JsonPropertyDescription("IANA time zone of cron, such as Europe/Berlin.")
        @Size(min = 1, max = 64) @Pattern("^[A-Za-z0-9_+/-]+$") @Default("UTC")
        String timeZone,

        @JsonPropertyDescription("How long it stays open, such as 2h.") @Required @DurationField
        String duration) {

    public MaintenanceWindow {
        timeZone = timeZone == null ? "UTC" : timeZone;
    }
}
