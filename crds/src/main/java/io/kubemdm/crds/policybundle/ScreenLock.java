package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.kubemdm.crds.DurationField;
import org.jspecify.annotations.Nullable;

/** When the screen locks. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ScreenLock(
        @JsonPropertyDescription("How long without input until the screen turns off, such as 5m.")
        @DurationField
        @Nullable String idleTimeout,

        @JsonPropertyDescription("How long after that until a password is needed, such as 0s.") @DurationField @Nullable String lockDelay) {}
