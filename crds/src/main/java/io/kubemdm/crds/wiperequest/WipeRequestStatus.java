package io.kubemdm.crds.wiperequest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.CountField;
import io.kubemdm.crds.CounterField;
import io.kubemdm.crds.DigestField;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A projection of the request's record in {@code mdm.decisions}. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value =
                "!has(oldSelf.phase) || !has(self.phase) || !(oldSelf.phase in ['Completed', 'Failed', 'Expired', 'Rejected', 'Cancelled', 'Superseded']) || self.phase == oldSelf.phase",
        message = "status.phase never leaves a terminal value: create a new WipeRequest")
public record WipeRequestStatus(
        @JsonPropertyDescription("The metadata.generation this status describes.") @CounterField @Nullable Long observedGeneration,

        @JsonPropertyDescription("One word for people; programs read the conditions.") @Nullable WipePhase phase,

        @JsonPropertyDescription("The enrolment this request is bound to, resolved once.") @Nullable Target target,

        @JsonPropertyDescription("The signed order.") @Nullable Command command,

        @JsonPropertyDescription("Approvals that count.") @Size(max = 16) List<CountedApproval> approvals,

        @JsonPropertyDescription("The limit that holds the request.") @Nullable Hold hold,

        @JsonPropertyDescription("What the device signed after it had acted.") @Nullable Receipt receipt,

        @JsonPropertyDescription("When it reached its terminal phase (RFC 3339).") @TimeField @Nullable String endedAt,

        @JsonPropertyDescription(
                "Approved, WithinBudget, Delivered, Confirmed, AccessRevoked, EvidenceWeak, LateErase.")
        @Size(max = 12) List<Condition> conditions)
        implements WipeRequestStatusBuilder.With {

    public WipeRequestStatus {
        approvals = approvals == null ? List.of() : List.copyOf(approvals);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** The enrolment a request is bound to: a later life of the same device is another target. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Target(
            @JsonPropertyDescription("Name of the device.") @Required @Size(min = 1, max = 253) String name,

            @JsonPropertyDescription("Its enrolment epoch.") @Required @CounterField
            long epoch) {}

    @RecordBuilder
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Command(
            @JsonPropertyDescription("Id of the command.") @Required @Size(min = 1, max = 128) String id,

            @JsonPropertyDescription("Counter the order carries.") @CounterField @Nullable Long seq,

            @JsonPropertyDescription("Enrolment epoch the order is for.") @CounterField @Nullable Long epoch,

            @JsonPropertyDescription("When it was signed (RFC 3339).") @TimeField @Nullable String issuedAt,

            @JsonPropertyDescription("When a gateway first handed it to the device (RFC 3339).") @TimeField @Nullable String deliveredAt,

            @JsonPropertyDescription("When the device had written it down and was about to act (RFC 3339).")
            @TimeField
            @Nullable String acknowledgedAt,

            @JsonPropertyDescription("Until when the device may obey it, unless it is signed again (RFC 3339).")
            @TimeField
            @Nullable String notAfter)
            implements WipeRequestStatusCommandBuilder.With {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record CountedApproval(
            @JsonPropertyDescription("Name of the WipeApproval.") @Required @Size(min = 1, max = 253) String name,

            @JsonPropertyDescription("Who decided.") @Required @Size(min = 1, max = 256) String approvedBy,

            @JsonPropertyDescription("Approve or Reject.") @Required @Size(min = 1, max = 16) String decision) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Hold(
            @JsonPropertyDescription("Which limit.") @Required @Size(min = 1, max = 64) @Pattern("^[A-Z][A-Za-z0-9]*$") String reason,

            @JsonPropertyDescription("Its value.") @CountField @Nullable Integer limit,

            @JsonPropertyDescription("What was found.") @CountField @Nullable Integer observed) {}

    @RecordBuilder
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Receipt(
            @JsonPropertyDescription("Digest of the signed receipt.") @Required @DigestField
            String digest,

            @JsonPropertyDescription("Id of the key that signed it.") @Size(max = 128) @Nullable String keyId,

            @JsonPropertyDescription("Whether something was erased.") @Nullable Boolean erased,

            @JsonPropertyDescription("What became of the storage, as one CamelCase word.") @Size(max = 64) @Nullable String storageState,

            @JsonPropertyDescription("When it arrived (RFC 3339).") @TimeField @Nullable String receivedAt)
            implements WipeRequestStatusReceiptBuilder.With {}
}
