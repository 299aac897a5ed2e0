package io.kubemdm.crds.wipeapproval;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.Formats;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Who decided what about which request; immutable.
 *
 * @param signature a detached proof for devices that demand a quorum themselves
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = "self == oldSelf", message = "spec is immutable: create a new WipeApproval")
public record WipeApprovalSpec(
        @JsonPropertyDescription("The WipeRequest this is about.") @Required
        WipeRef wipeRef,

        @JsonPropertyDescription("Who decided, as the API server authenticated them; filled and checked by admission.")
        @Size(min = 1, max = 256) @Nullable String approvedBy,

        @JsonPropertyDescription("Approve or Reject.") @Required
        Decision decision,

        @JsonPropertyDescription("Why.") @Size(max = 1024) @Nullable String comment,

        @JsonPropertyDescription("A detached signature for devices that demand a quorum themselves.")
        @Size(max = 4096) @Nullable String signature)
        implements WipeApprovalSpecBuilder.With {

    /** The uid is required, so that nothing can be approved before it exists. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record WipeRef(
            @JsonPropertyDescription("Name of the WipeRequest.")
            @Required
            @Size(min = 1, max = 253) @Pattern(Formats.DNS_SUBDOMAIN) String name,

            @JsonPropertyDescription("Its metadata.uid, so that nothing can be approved before it exists.")
            @Required
            @Size(min = 36, max = 36) @Pattern("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$") String uid) {}
}
