package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.kubemdm.crds.LabelField;

/** A certificate authority to trust. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TrustedCertificate(
        @JsonPropertyDescription("Name of the file it is kept in.") @Required @LabelField
        String name,

        @JsonPropertyDescription("The certificate, in PEM.")
        @Required
        @Size(min = 1, max = 16384) @Pattern("^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$") String pem) {}
