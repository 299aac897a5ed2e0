package io.kubemdm.crds.changeapproval;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.CounterField;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.Formats;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Who decided what about which change; immutable.
 *
 * @param percent the share that is signed; absent without a signature
 * @param signature a detached proof for devices that demand a quorum themselves
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = "self == oldSelf", message = "spec is immutable: create a new ChangeApproval")
@ValidationRule(
        value = "has(self.signature) == has(self.percent)",
        message = "spec.signature and spec.percent go together: a signature says up to which share it approves")
@ValidationRule(
        value = "!has(self.signature) || self.targetRef.kind == 'PolicyBundle'",
        message = "spec.signature is for a PolicyBundle: leave it out")
public record ChangeApprovalSpec(
        @JsonPropertyDescription("What this is about.") @Required
        TargetRef targetRef,

        @JsonPropertyDescription("Who decided, as the API server authenticated them; filled and checked by admission.")
        @Size(min = 1, max = 256) @Nullable String approvedBy,

        @JsonPropertyDescription("Approve or Reject.") @Required
        Decision decision,

        @JsonPropertyDescription("Up to which percent of the devices the signature approves.")
        @Min(0) @Max(100) @Nullable Integer percent,

        @JsonPropertyDescription("Why.") @Size(max = 1024) @Nullable String comment,

        @JsonPropertyDescription("A detached signature for devices that demand a quorum themselves.")
        @Size(max = 4096) @Nullable String signature)
        implements ChangeApprovalSpecBuilder.With {

    /** The uid is required, so that nothing can be approved before it exists. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "has(self.generation) == (self.kind == 'Rollout')",
            message = "targetRef.generation goes with kind Rollout and only with it: name the generation you have seen")
    public record TargetRef(
            @JsonPropertyDescription("PolicyBundle or Rollout.") @Required
            TargetKind kind,

            @JsonPropertyDescription("Its name.") @Required @Size(min = 1, max = 253) @Pattern(Formats.DNS_SUBDOMAIN) String name,

            @JsonPropertyDescription("Its metadata.uid, so that nothing can be approved before it exists.")
            @Required
            @Size(min = 36, max = 36) @Pattern("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$") String uid,

            @JsonPropertyDescription("Of a Rollout its metadata.generation: whoever changes it afterwards asks anew.")
            @CounterField
            @Nullable Long generation) {}
}
