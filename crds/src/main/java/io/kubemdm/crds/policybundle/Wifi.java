package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.ObjectRef;
import org.jspecify.annotations.Nullable;

/** A wireless network that needs no shared secret. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.secretRef)",
        message =
                "SecretsNotSupported: settings.wifi.secretRef cannot be used, because secrets are not encrypted to each device's key: use certificateProfile")
@ValidationRule(
        value = "has(self.certificateProfile) == self.security.endsWith('Enterprise')",
        message =
                "wifi.certificateProfile goes with an Enterprise security and only with it: set it, or choose Open or Owe")
public record Wifi(
        @JsonPropertyDescription("Name of the network.") @Required @Size(min = 1, max = 32) String ssid,

        @JsonPropertyDescription("How it is protected.") @Required
        WifiSecurity security,

        @JsonPropertyDescription("Profile of the client certificate for Enterprise networks.") @LabelField @Nullable String certificateProfile,

        @JsonPropertyDescription("Whether the network does not announce its name.") @Default("false")
        boolean hidden,

        @JsonPropertyDescription("Refused: secrets are not encrypted to a device key.") @Nullable ObjectRef secretRef) {}
