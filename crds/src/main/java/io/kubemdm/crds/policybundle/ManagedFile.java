package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A file to keep in place.
 *
 * @param path absolute; the device allows only prefixes of its own configuration
 * @param mode permission bits in octal, never set-user-id or set-group-id
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!self.path.split('/').exists(p, p == '.' || p == '..')",
        message = "files.path has no . or .. element: write the path it stands for")
public record ManagedFile(
        @JsonPropertyDescription("Absolute path; the device allows only prefixes of its own configuration.")
        @Required
        @Size(min = 2, max = 512) @Pattern("^(/[A-Za-z0-9@%+=:,._-]+)+$") String path,

        @JsonPropertyDescription("Permission bits in octal, such as 0644.")
        @Size(min = 4, max = 4) @Pattern("^0[0-7]{3}$") @Default("0644")
        String mode,

        @JsonPropertyDescription("The content, as text.") @Required @Size(max = 65536) String content) {

    public ManagedFile {
        mode = mode == null ? "0644" : mode;
    }
}
