package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Packages that must or must not be installed, by the name the platform gives them. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Packages(
        @JsonPropertyDescription("Packages that must be installed.") @Size(max = 128) List<@Size(min = 1, max = 128) @Pattern("^[A-Za-z0-9][A-Za-z0-9+._:@/-]*$") String> required,

        @JsonPropertyDescription("Packages that must not be installed.") @Size(max = 128) List<@Size(min = 1, max = 128) @Pattern("^[A-Za-z0-9][A-Za-z0-9+._:@/-]*$") String> forbidden) {

    public Packages {
        required = required == null ? List.of() : List.copyOf(required);
        forbidden = forbidden == null ? List.of() : List.copyOf(forbidden);
    }
}
