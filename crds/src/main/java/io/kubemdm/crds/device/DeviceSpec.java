package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.DurationField;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.MaintenanceWindow;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.Platform;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people and GitOps say about a device. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.platform == oldSelf.platform",
        message = "spec.platform is immutable: enrol the device again to change it")
@ValidationRule(
        value = "oldSelf.lifecycle != 'Retired' || self.lifecycle == 'Retired'",
        message = "spec.lifecycle never leaves Retired: enrol the device again")
@ValidationRule(
        value =
                "!has(oldSelf.revokeCertificatesBefore) || (has(self.revokeCertificatesBefore) && self.revokeCertificatesBefore >= oldSelf.revokeCertificatesBefore)",
        message = "spec.revokeCertificatesBefore never moves back and is never removed: set a later time")
public record DeviceSpec(
        @JsonPropertyDescription("What the device runs.") @Required
        Platform platform,

        @JsonPropertyDescription("Whose device it is; a Personal device is never erased as a whole.")
        @Default("Corporate")
        Ownership ownership,

        @JsonPropertyDescription("Opaque id of the person the device belongs to.") @Size(max = 128) @Nullable String owner,

        @JsonPropertyDescription("What the device is, as it said when it enrolled.") @Nullable Hardware hardware,

        @JsonPropertyDescription("Active, Lost (locks the device) or Retired (final).") @Default("Active")
        Lifecycle lifecycle,

        @JsonPropertyDescription("Keeps the device away from everything until a time, by a person's decision.")
        @Nullable Quarantine quarantine,

        @JsonPropertyDescription("Every certificate issued to the device before this moment is void (RFC 3339).")
        @TimeField
        @Nullable String revokeCertificatesBefore,

        @JsonPropertyDescription("Region that should serve the device.") @LabelField @Nullable String homeRegion,

        @JsonPropertyDescription("When disturbing changes may happen; empty means at any time.") @Size(max = 8) List<MaintenanceWindow> maintenanceWindows,

        @JsonPropertyDescription("What the device does by itself when it hears nothing from us for long.") @Nullable OfflineLease offlineLease)
        implements DeviceSpecBuilder.With {

    public DeviceSpec {
        ownership = ownership == null ? Ownership.Corporate : ownership;
        lifecycle = lifecycle == null ? Lifecycle.Active : lifecycle;
        maintenanceWindows = maintenanceWindows == null ? List.of() : List.copyOf(maintenanceWindows);
    }

    /** Attributes for people; never keys. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Hardware(
            @JsonPropertyDescription("Serial number.") @Size(max = 64) @Nullable String serial,

            @JsonPropertyDescription("Model.") @Size(max = 128) @Nullable String model,

            @JsonPropertyDescription("Vendor.") @Size(max = 128) @Nullable String vendor) {}

    /** A person's quarantine, beside the automatic one. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Quarantine(
            @JsonPropertyDescription("Why, for the next person who looks.") @Required @Size(min = 1, max = 256) String reason,

            @JsonPropertyDescription("When it ends by itself (RFC 3339); absent means when removed.")
            @TimeField
            @Nullable String until) {}

    /** Measured by the device's own clock since it last heard a signed message. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "!has(self.eraseAfter)",
            message =
                    "offlineLease.eraseAfter is refused, no device erases itself unasked: set lockAfter, and erase by a WipeRequest")
    public record OfflineLease(
            @JsonPropertyDescription("Lock after this long, such as 14d.") @Required @DurationField
            String lockAfter,

            @JsonPropertyDescription("Refused: no device erases itself unasked.") @DurationField @Nullable String eraseAfter) {}
}
