package io.kubemdm.crds.wiperequest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is asked. Only {@code cancelled} may change, and only to true.
 *
 * @param requestedBy what the API server authenticated, never what a client claims
 * @param expiresAt at most 90 days after creation; absent means 30 days
 * @param requiredApprovals raises the floor that the operator's configuration sets for the type and the ownership
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.deviceRef == oldSelf.deviceRef",
        message = "spec.deviceRef is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value = "self.type == oldSelf.type",
        message = "spec.type is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value = "self.reason == oldSelf.reason",
        message = "spec.reason is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value = "self.onExpiry == oldSelf.onExpiry",
        message = "spec.onExpiry is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value =
                "has(self.requestedBy) == has(oldSelf.requestedBy) && (!has(self.requestedBy) || self.requestedBy == oldSelf.requestedBy)",
        message = "spec.requestedBy is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value =
                "has(self.justification) == has(oldSelf.justification) && (!has(self.justification) || self.justification == oldSelf.justification)",
        message = "spec.justification is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value = "has(self.ticket) == has(oldSelf.ticket) && (!has(self.ticket) || self.ticket == oldSelf.ticket)",
        message = "spec.ticket is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value =
                "has(self.expiresAt) == has(oldSelf.expiresAt) && (!has(self.expiresAt) || self.expiresAt == oldSelf.expiresAt)",
        message = "spec.expiresAt is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value =
                "has(self.requiredApprovals) == has(oldSelf.requiredApprovals) && (!has(self.requiredApprovals) || self.requiredApprovals == oldSelf.requiredApprovals)",
        message = "spec.requiredApprovals is immutable: set spec.cancelled and create a new WipeRequest")
@ValidationRule(
        value = "!oldSelf.cancelled || self.cancelled",
        message = "spec.cancelled never goes back to false: create a new WipeRequest")
@ValidationRule(
        value = "self.reason != 'Other' || has(self.justification)",
        message = "spec.justification is required for reason Other: say why in a sentence")
public record WipeRequestSpec(
        @JsonPropertyDescription("The Device this is about.") @Required
        ObjectRef deviceRef,

        @JsonPropertyDescription("Who asked, as the API server authenticated them; filled and checked by admission.")
        @Size(min = 1, max = 256) @Nullable String requestedBy,

        @JsonPropertyDescription("What the device is asked to do; a Personal device refuses FullWipe and CryptoErase.")
        @Required
        WipeType type,

        @JsonPropertyDescription("Why.") @Required WipeReason reason,

        @JsonPropertyDescription("Why, as a sentence; required for reason Other.") @Size(min = 1, max = 1024) @Nullable String justification,

        @JsonPropertyDescription("Reference to a ticket elsewhere.") @Size(min = 1, max = 128) @Nullable String ticket,

        @JsonPropertyDescription("When to give up (RFC 3339), at most 90 days after creation; absent means 30 days.")
        @TimeField
        @Nullable String expiresAt,

        @JsonPropertyDescription("What happens when nothing was confirmed by then.") @Default("RevokeAndDeny")
        OnExpiry onExpiry,

        @JsonPropertyDescription("Approvals needed, if more than the operator demands for this type and ownership.")
        @Min(0) @Max(10) @Nullable Integer requiredApprovals,

        @JsonPropertyDescription("True withdraws the request as far as the device has not acted on it.")
        @Default("false")
        boolean cancelled)
        implements WipeRequestSpecBuilder.With {

    /** Life of a request that says nothing about it. */
    public static final Duration DEFAULT_LIFE = Duration.ofDays(30);

    public WipeRequestSpec {
        onExpiry = onExpiry == null ? OnExpiry.RevokeAndDeny : onExpiry;
    }

    /** When a request created then is given up; also the end of what approvers sign. */
    public Instant expiry(Instant createdAt) {
        return expiresAt == null ? createdAt.plus(DEFAULT_LIFE) : Instant.parse(expiresAt);
    }
}
