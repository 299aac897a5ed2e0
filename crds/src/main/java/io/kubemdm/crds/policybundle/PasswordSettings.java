package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.kubemdm.crds.DurationField;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** Rules for local passwords; on Linux pwquality and faillock. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PasswordSettings(
        @JsonPropertyDescription("Shortest password, in characters.") @Min(4) @Max(128) @Nullable Integer minLength,

        @JsonPropertyDescription("Whether letters, digits and other characters must be mixed.") @Nullable Boolean requireComplexity,

        @JsonPropertyDescription("Failed attempts in a row that lock the account.") @Min(1) @Max(100) @Nullable Integer maxFailedAttempts,

        @JsonPropertyDescription("How long such an account stays locked, such as 15m.") @DurationField @Nullable String lockoutDuration,

        @JsonPropertyDescription("Longest life of a password, such as 180d.") @DurationField @Nullable String maxAge,

        @JsonPropertyDescription("Former passwords that may not be used again.") @Min(0) @Max(100) @Nullable Integer history)
        implements PasswordSettingsBuilder.With {}
