package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.kubemdm.crds.DurationField;
import io.kubemdm.crds.MaintenanceWindow;
import org.jspecify.annotations.Nullable;

/** Updates of the operating system. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Updates(
        @JsonPropertyDescription("Which updates install themselves.") @Nullable UpdatePolicy automatic,

        @JsonPropertyDescription("When they may install.") @Nullable MaintenanceWindow window,

        @JsonPropertyDescription("How long an update may wait after it was published.") @DurationField @Nullable String deferral) {}
