package io.kubemdm.crds.enrollmenttoken;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.DigestField;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.Platform;
import io.kubemdm.crds.TimeField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an enrolment token allows. Only {@code suspended} may change.
 *
 * @param secretHash SHA-256 of the 256-bit random secret
 * @param maxUses most devices it lets in; absent means any number
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.secretHash == oldSelf.secretHash",
        message = "spec.secretHash is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value = "self.expiresAt == oldSelf.expiresAt",
        message = "spec.expiresAt is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value = "has(self.maxUses) == has(oldSelf.maxUses) && (!has(self.maxUses) || self.maxUses == oldSelf.maxUses)",
        message = "spec.maxUses is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value = "self.approval == oldSelf.approval",
        message = "spec.approval is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value = "has(self.labels) == has(oldSelf.labels) && (!has(self.labels) || self.labels == oldSelf.labels)",
        message = "spec.labels is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value = "self.ownership == oldSelf.ownership",
        message = "spec.ownership is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value =
                "has(self.platforms) == has(oldSelf.platforms) && (!has(self.platforms) || self.platforms == oldSelf.platforms)",
        message = "spec.platforms is immutable: create a new EnrollmentToken and suspend this one")
@ValidationRule(
        value =
                "has(self.serialNumbers) == has(oldSelf.serialNumbers) && (!has(self.serialNumbers) || self.serialNumbers == oldSelf.serialNumbers)",
        message = "spec.serialNumbers is immutable: create a new EnrollmentToken and suspend this one")
public record EnrollmentTokenSpec(
        @JsonPropertyDescription(
                "SHA-256 of the 256-bit random secret, as sha256: and 64 hexadecimal digits. The secret itself never enters the cluster.")
        @Required
        @DigestField
        String secretHash,

        @JsonPropertyDescription("When the token stops letting devices in (RFC 3339).") @Required @TimeField
        String expiresAt,

        @JsonPropertyDescription("Most devices that may enrol with it; absent means any number.")
        @Min(1) @Max(1000000) @Nullable Integer maxUses,

        @JsonPropertyDescription("Automatic, or Manual: a person approves a CertificateSigningRequest per device.")
        @Default("Automatic")
        Approval approval,

        @JsonPropertyDescription("Labels that each enrolled Device starts with.") @Size(max = 32) Map<String, @Size(max = 63) String> labels,

        @JsonPropertyDescription("Whose devices these are; a Personal device is never erased as a whole.")
        @Default("Corporate")
        Ownership ownership,

        @JsonPropertyDescription("Platforms that may enrol; empty means every one.") @Size(max = 6) List<Platform> platforms,

        @JsonPropertyDescription("Serial numbers that may enrol; empty means every one.") @Size(max = 1024) List<@Size(min = 1, max = 64) String> serialNumbers,

        @JsonPropertyDescription("True lets nobody in until it is set back.") @Default("false")
        boolean suspended)
        implements EnrollmentTokenSpecBuilder.With {

    public EnrollmentTokenSpec {
        approval = approval == null ? Approval.Automatic : approval;
        ownership = ownership == null ? Ownership.Corporate : ownership;
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        platforms = platforms == null ? List.of() : List.copyOf(platforms);
        serialNumbers = serialNumbers == null ? List.of() : List.copyOf(serialNumbers);
    }
}
